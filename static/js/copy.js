// The buttons of components/copy_field.html copy the text of their field or element.
"use strict";

// Without this script the buttons would do nothing, so base styles hide them.
document.documentElement.classList.add("has-copy-buttons");

function select(source) {
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}

// On the document, because live parts of a page replace their buttons.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy-from]");
  const source = button && document.getElementById(button.dataset.copyFrom);
  if (!source || button.dataset.label) return;
  const status = button.nextElementSibling;
  select(source);
  let isCopied = true;
  try {
    await navigator.clipboard.writeText(source.value ?? source.textContent);
  } catch {
    // Browsers have no clipboard on a page without HTTPS.
    isCopied = document.execCommand("copy");
  }
  button.dataset.label = button.textContent;
  const result = isCopied ? button.dataset.copied : button.dataset.notCopied;
  button.textContent = status.textContent = result;
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
    status.textContent = "";
  }, 2000);
});
