// Show the buttons of components/copy_field.html, which copy the text of their field.
"use strict";

for (const button of document.querySelectorAll("[data-copy-from]")) {
  const field = document.getElementById(button.dataset.copyFrom);
  const status = button.parentElement.querySelector("[role=status]");
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    let isCopied = true;
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // Browsers have no clipboard on a page without HTTPS.
      isCopied = document.execCommand("copy");
    }
    const result = isCopied ? button.dataset.copied : button.dataset.notCopied;
    button.textContent = status.textContent = result;
    setTimeout(() => {
      button.textContent = label;
      status.textContent = "";
    }, 2000);
  });
}
