// Poll the live parts of a page (components/live.html) and swap only what changed.
"use strict";

(() => {
  const REQUEST_TIMEOUT_MS = 15000;
  const SLOWEST_POLL_S = 60;
  const FAILURES_BEFORE_NOTE = 3;
  const REFUSALS = { 401: "signedOut", 403: "gone", 404: "gone", 410: "gone" };
  // As in Babel's format_timedelta, which writes the texts that the page starts with.
  const UNITS = [
    ["year", 31536000],
    ["month", 2592000],
    ["week", 604800],
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const UNIT_THRESHOLD = 1.2;
  const JUST_NOW_S = 5;

  const note = document.getElementById("live-note");
  const announcer = document.getElementById("live-status");
  const relative = new Intl.RelativeTimeFormat(document.documentElement.lang.replace("_", "-") || "en");
  // By the id of the part, because a swap may replace the element.
  const polls = new Map();
  let clockDifferenceMs = 0;

  const isTyped = (field) => {
    if (field instanceof HTMLSelectElement) {
      const options = [...field.options];
      const preset = options.find((option) => option.defaultSelected) || options[0];
      return field.selectedOptions[0] !== preset;
    }
    if (field instanceof HTMLTextAreaElement) {
      return field.value !== field.defaultValue;
    }
    if (!(field instanceof HTMLInputElement) || field.type === "hidden") {
      return false;
    }
    return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
  };

  // A hidden field may belong to a field that the person sees: it changes only together with it.
  const isKept = (node) => {
    const owner = node.dataset && node.dataset.liveWith;
    return isTyped(owner ? document.getElementById(owner) : node);
  };

  const schedule = (part, poll) => {
    clearTimeout(poll.timer);
    const every = Number(part.dataset.liveEvery);
    const slowed = Math.max(every, Math.min(every * 2 ** poll.failures, SLOWEST_POLL_S));
    // Spread the polls of many browsers after an outage.
    const spread = poll.failures ? 0.75 + Math.random() / 2 : 1;
    poll.timer = setTimeout(() => request(part.id), slowed * spread * 1000);
  };

  const request = (id) => {
    const part = document.getElementById(id);
    const poll = polls.get(id);
    if (!part || !part.dataset.liveEvery || poll.isStopped || poll.isUnderWay) {
      return;
    }
    poll.isDue = document.hidden;
    if (!document.hidden) {
      htmx.trigger(part, "live");
    }
  };

  const begin = () => {
    for (const part of document.querySelectorAll("[data-live-every]")) {
      if (!polls.has(part.id)) {
        polls.set(part.id, { failures: 0, status: part.dataset.liveStatus });
      }
      const poll = polls.get(part.id);
      if (!poll.isStopped && !poll.isUnderWay) {
        schedule(part, poll);
      }
    }
  };

  const show = (text) => {
    if (note.textContent !== text) {
      note.textContent = text;
    }
  };

  const ago = (at) => {
    const seconds = (Date.parse(at) - Date.now() - clockDifferenceMs) / 1000;
    if (Math.abs(seconds) < JUST_NOW_S) {
      return note.dataset.justNow;
    }
    const [unit, length] =
      UNITS.find(([, each]) => Math.abs(seconds) / each >= UNIT_THRESHOLD) || UNITS.at(-1);
    return relative.format(Math.round(seconds / length), unit);
  };

  const updateTimes = (xhr) => {
    const now = Date.parse(xhr.getResponseHeader("Date"));
    clockDifferenceMs = Number.isNaN(now) ? clockDifferenceMs : now - Date.now();
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const text = ago(time.dateTime);
      if (time.textContent !== text) {
        time.textContent = text;
      }
    }
  };

  const announce = (part, poll) => {
    const status = part && part.dataset.liveStatus;
    if (status && status !== poll.status) {
      announcer.textContent = poll.status = status;
    }
  };

  const finish = (id, xhr) => {
    const poll = polls.get(id);
    const part = document.getElementById(id);
    poll.isUnderWay = false;
    if (xhr.status in REFUSALS) {
      poll.isStopped = true;
      show(note.dataset[REFUSALS[xhr.status]]);
      return;
    }
    if (xhr.status === 200 || xhr.status === 204) {
      poll.failures = 0;
      show("");
      updateTimes(xhr);
      announce(part, poll);
    } else {
      poll.failures += 1;
      if (poll.failures >= FAILURES_BEFORE_NOTE) {
        show(note.dataset.lost);
      }
    }
    if (poll.hadFocus && part && document.activeElement === document.body) {
      // The focused element is gone: continue from this part instead of the top of the page.
      part.focus({ preventScroll: true });
    }
    begin();
  };

  Object.assign(Idiomorph.defaults.callbacks, {
    // Text that was typed, and choices that were made, stay until they are sent.
    beforeNodeMorphed: (node) => !(node instanceof Element && isKept(node)),
    // Only a person opens and closes details.
    beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
  });

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (polls.has(detail.elt.id)) {
      detail.headers["Live-Version"] = detail.elt.dataset.liveVersion;
      detail.timeout = REQUEST_TIMEOUT_MS;
    }
  });
  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    const poll = polls.get(detail.elt.id);
    if (poll) {
      poll.isUnderWay = true;
    }
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const poll = polls.get(detail.target.id);
    if (poll) {
      poll.hadFocus = detail.target.contains(document.activeElement);
    }
  });
  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (polls.has(detail.elt.id)) {
      finish(detail.elt.id, detail.xhr);
    }
  });
  document.addEventListener("visibilitychange", () => {
    for (const [id, poll] of polls) {
      if (!document.hidden && poll.isDue) {
        request(id);
      }
    }
  });
  begin();
})();
