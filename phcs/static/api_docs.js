/* Sends what a form of the REST page says, with the key that stands above, and shows the answer. */
"use strict";

function addressOf(form) {
  let path = form.dataset.path;
  const query = new URLSearchParams();
  for (const field of form.querySelectorAll("[data-place]")) {
    if (field.dataset.place === "path") {
      path = path.replace(`{${field.name}}`, encodeURIComponent(field.value.trim()));
    } else if (field.dataset.place === "query" && field.value.trim()) {
      query.set(field.name, field.value.trim());
    }
  }
  return query.size ? `${path}?${query}` : path;
}

function headersOf(form) {
  const headers = new Headers();
  const key = document.getElementById("api-key").value.trim();
  if (key) headers.set("Authorization", `Bearer ${key}`);
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"];
  if (!key && token) headers.set("X-CSRFToken", token);
  for (const field of form.querySelectorAll("[data-place=header]")) {
    if (field.value.trim()) headers.set(field.name, field.value.trim());
  }
  if (form.dataset.media === "application/json") headers.set("Content-Type", "application/json");
  return headers;
}

function bodyOf(form) {
  if (form.dataset.media === "application/json") {
    return form.querySelector("[data-place=document]").value;
  }
  const fields = [...form.querySelectorAll("[data-place=body]")];
  if (!fields.length) return undefined;
  const data = new FormData();
  for (const field of fields) {
    if (field.type === "file") {
      for (const file of field.files) data.append(field.name, file);
    } else if (field.value.trim()) {
      data.set(field.name, field.value.trim());
    }
  }
  return data;
}

function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.slice(0, 20000);
  }
}

async function send(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const outcome = form.querySelector(".outcome");
  const place = outcome.querySelector("code");
  outcome.hidden = false;
  place.textContent = "…";
  try {
    const answer = await fetch(addressOf(form), {
      method: form.dataset.method,
      headers: headersOf(form),
      body: bodyOf(form),
      credentials: "same-origin",
    });
    place.textContent = `${answer.status} ${answer.statusText}\n\n${readable(await answer.text())}`;
  } catch (problem) {
    place.textContent = `No answer came: ${problem.message}. Check the connection, then send it again.`;
  }
}

for (const form of document.querySelectorAll("form.try")) {
  form.querySelector("button[type=submit]").hidden = false;
  form.addEventListener("submit", send);
}

if (location.hash) {
  const wanted = document.getElementById(location.hash.slice(1));
  if (wanted) wanted.open = true;
}
