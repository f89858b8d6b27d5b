// What makes the pages pleasant; every page works without it. Listeners are delegated, so fragments need no set-up.
(() => {
  "use strict";

  const within = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);

  // Files: drop them anywhere in [data-drop]; the ordinary input inside it receives them.
  document.addEventListener("dragover", (event) => {
    const zone = within(event, "[data-drop]");
    if (zone) {
      event.preventDefault();
      zone.classList.add("over");
    }
  });
  document.addEventListener("dragleave", (event) => {
    const zone = within(event, "[data-drop]");
    if (zone && !zone.contains(event.relatedTarget)) zone.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    const zone = within(event, "[data-drop]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.remove("over");
    const input = zone.querySelector("input[type=file]");
    if (!input || !event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (event) => {
    const input = within(event, "[data-drop] input[type=file]");
    const names = input && input.closest("[data-drop]").querySelector("[data-file-names]");
    if (!names) return;
    names.hidden = !input.files.length;
    names.replaceChildren(
      ...[...input.files].map((file) => {
        const line = document.createElement("li");
        line.textContent = file.name;
        return line;
      }),
    );
  });

  // Uploads: a <progress data-upload-progress> inside the form fills up.
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector && event.target.querySelector("[data-upload-progress]");
    if (!bar || !event.detail.lengthComputable) return;
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  });

  // Selects with [data-submit-on-change] send their form; the button beside them does it without this script.
  document.addEventListener("change", (event) => {
    const field = within(event, "[data-submit-on-change]");
    if (field && field.form) field.form.requestSubmit();
  });

  // Long tables: what is typed into [data-filter-rows] hides the rows that do not hold it.
  const showFilters = () => document.querySelectorAll("[data-filter-box][hidden]").forEach((box) => (box.hidden = false));
  document.addEventListener("DOMContentLoaded", showFilters);
  showFilters();
  document.addEventListener("input", (event) => {
    const field = within(event, "[data-filter-rows]");
    if (!field) return;
    const wanted = field.value.trim().toLowerCase();
    document.querySelectorAll(field.dataset.filterRows).forEach((row) => {
      row.hidden = wanted !== "" && !row.querySelector("th").textContent.toLowerCase().includes(wanted);
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && within(event, "[data-filter-rows]")) event.preventDefault();
  });

  // A server that does not answer is said once, among the messages.
  const say = (text) => {
    const messages = document.getElementById("messages");
    if (!messages) return;
    const note = document.createElement("div");
    note.className = "alert alert-danger";
    note.textContent = text;
    messages.replaceChildren(note);
  };
  document.addEventListener("htmx:sendError", () => say("The server does not answer. Check your connection; nothing is lost."));
  document.addEventListener("htmx:responseError", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Retarget") && !event.detail.xhr.getResponseHeader("HX-Redirect")) {
      say("That did not work. Reload the page and try again.");
    }
  });

  // A message that arrives by htmx comes into view; an error summary gets the focus.
  document.addEventListener("htmx:afterSwap", (event) => {
    const summary = event.target.querySelector && event.target.querySelector(".error-summary");
    if (summary) summary.focus();
    else if (event.target.id === "messages") event.target.scrollIntoView({ block: "nearest" });
  });

  // Keys: a link or button with [data-key="n j"] is pressed by these keys, but not while somebody types in a field.
  const isTyping = (target) => target instanceof Element && target.closest("input, select, textarea, [contenteditable]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
    const wanted = document.querySelector(`[data-key~="${CSS.escape(event.key)}"]`);
    if (!wanted) return;
    event.preventDefault();
    wanted.click();
  });
  const showKeys = () => document.querySelectorAll("[data-key-hint][hidden]").forEach((hint) => (hint.hidden = false));
  document.addEventListener("DOMContentLoaded", showKeys);
  showKeys();

  // One open question at a time, and Escape closes it.
  document.addEventListener("toggle", (event) => {
    if (!(event.target instanceof HTMLDetailsElement) || !event.target.matches(".confirm") || !event.target.open) return;
    document.querySelectorAll("details.confirm[open]").forEach((other) => {
      if (other !== event.target) other.open = false;
    });
  }, true);
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && within(event, "details.confirm[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
})();
