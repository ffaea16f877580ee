// Show the buttons of components/passkey_button.html; one that is pressed asks for a passkey.

const toBytes = (text) => {
  const binary = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
};

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

const ANSWERED = [
  "clientDataJSON",
  "attestationObject",
  "authenticatorData",
  "signature",
  "userHandle",
];

const toJson = ({ id, rawId, type, response }) => {
  const answered = ANSWERED.filter((name) => response[name]);
  const encoded = Object.fromEntries(answered.map((name) => [name, toText(response[name])]));
  return JSON.stringify({ id, rawId: toText(rawId), type, response: encoded });
};

const buttons = window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : [];
for (const button of buttons) {
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
