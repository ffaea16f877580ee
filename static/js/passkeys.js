// Show the buttons of components/passkey_button.html, and ask the browser for a passkey when one is pressed.
"use strict";

const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const send = async (url, fields) => {
  const response = await fetch(url, { method: "POST", body: new URLSearchParams(fields) });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.problem);
  }
  return answer;
};

const withBytes = (listed) => (listed || []).map((each) => ({ ...each, id: toBytes(each.id) }));

const ask = async (kind, options) => {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    excludeCredentials: withBytes(options.excludeCredentials),
    allowCredentials: withBytes(options.allowCredentials),
  };
  if (kind === "create") {
    publicKey.user = { ...options.user, id: toBytes(options.user.id) };
    return navigator.credentials.create({ publicKey });
  }
  return navigator.credentials.get({ publicKey });
};

const toJson = (credential) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) {
      response[name] = toText(credential.response[name]);
    }
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
};

for (const button of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const form = button.closest("form");
  const problem = button.parentElement.querySelector("[role=alert]");
  const { passkey, options, confirm } = button.dataset;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const csrf_token = form.elements.csrf_token.value;
    button.disabled = true;
    problem.textContent = "";
    try {
      const answer = toJson(await ask(passkey, await send(options, { csrf_token })));
      if (confirm) {
        await send(confirm, { csrf_token, passkey: answer });
        for (const name of ["password", "code"]) {
          form.elements[name]?.closest(".field").remove();
        }
        button.textContent = button.dataset.done;
        return;
      }
      form.elements.passkey.value = answer;
      form.submit();
    } catch (error) {
      // A person who closes the browser's question gets a DOMException, which explains nothing.
      const isOurs = error.name === "Error" && error.message;
      problem.textContent = isOurs ? error.message : button.dataset.failed;
      button.disabled = false;
    }
  });
}
