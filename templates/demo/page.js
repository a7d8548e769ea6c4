// Fills each section with its experience, for the visitor whose cookie the browser sends.
const card = document.getElementById("card");

async function fill(section) {
  section.append(card.content.cloneNode(true));
  const text = section.querySelector(".text");
  const began = performance.now();
  const answer = await fetch(`/p/${section.dataset.experience}`);
  const waited = performance.now() - began;
  if (answer.status === 401) {
    // this experience needs a profile token
    section.remove();
    return;
  }
  // Templates are sanitised when they are published and values are escaped when they are filled.
  if (answer.ok) text.innerHTML = await answer.text();
  else text.textContent = `This card could not be loaded (status ${answer.status}).`;
  text.lang = answer.headers.get("Content-Language") ?? "";
  text.removeAttribute("aria-busy");
  section.querySelector(".source").textContent = describeSource(answer, waited);
}

function describeSource(answer, waited) {
  const parts = (answer.headers.get("X-Edgefill") ?? "").split("; ");
  const template = parts.find((part) => part.startsWith("template="))?.slice("template=".length);
  return [parts[0], template, `${waited.toFixed(0)} ms`].filter(Boolean).join(" · ");
}

const sections = [...document.querySelectorAll("[data-experience]")];
Promise.allSettled(sections.map(fill)).then(() => {
  document.body.dataset.filled = "yes";
});
