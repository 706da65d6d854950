// Brings the page up to date without moving it under the reader's eyes. Without this script the page
// reloads itself.
"use strict";
(() => {
  const every = 5000;
  const footer = document.getElementById("live");
  const text = document.getElementById("live-text");
  const button = document.getElementById("live-button");
  const main = document.getElementById("main");
  let paused = false;

  const say = (words) => { if (text.textContent !== words) text.textContent = words; };

  const chosen = () => {
    const selection = window.getSelection();
    return selection && !selection.isCollapsed && main.contains(selection.anchorNode);
  };

  const places = () => [...main.querySelectorAll("a, [tabindex]")];

  // What has the focus, and how far tables are scrolled, stays as it was.
  const replace = (page) => {
    const focus = places().indexOf(document.activeElement);
    const scrolled = [...main.querySelectorAll(".scroll")].map((e) => e.scrollLeft);
    main.replaceChildren(...page.getElementById("main").childNodes);
    main.querySelectorAll(".scroll").forEach((e, i) => { e.scrollLeft = scrolled[i] || 0; });
    if (focus >= 0 && places()[focus]) places()[focus].focus({ preventScroll: true });
  };

  const update = async () => {
    if (paused || document.hidden) return;
    if (chosen()) { say("Waits while text is selected."); return; }
    try {
      const answer = await fetch(location.href, {
        headers: { "Oshirase-Refresh": "1" }, cache: "no-store", redirect: "manual",
      });
      if (answer.type === "opaqueredirect") { location.reload(); return; }
      if (!answer.ok) throw new Error(answer.status);
      replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
      say("Updates by itself.");
    } catch {
      say("Not up to date: the server does not answer.");
    }
  };

  button.addEventListener("click", () => {
    paused = !paused;
    button.textContent = paused ? "Go on updating" : "Pause updates";
    say(paused ? "Updates are paused." : "Updates by itself.");
    update();
  });
  footer.hidden = false;
  say("Updates by itself.");
  setInterval(update, every);
})();
