// Fills in what only the browser knows (the address it used, with the key's fingerprint) and keeps the figures fresh.
const page = document.body.dataset;
const show = (id, text) => { document.getElementById(id).textContent = text; };
const words = { live: "Live", offline: "Offline", ended: "Recorded" };
const link = location.origin + page.prefix + "/watch/" + page.name + "#k=" + page.fingerprint;
show("player", "dotnet run -c Release --project player -- watch '" + link + "'");
show("hls", location.origin + page.prefix + "/hls/" + page.name + "/master.m3u8");
show("link", link);

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      // No clipboard outside https and localhost: mark the text for the user's own copy.
      getSelection().selectAllChildren(source);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

async function refresh() {
  try {
    const reply = await fetch(page.prefix + "/api/channels/" + page.name + "/stats", { cache: "no-store" });
    const stats = await reply.json();
    const badge = document.getElementById("state");
    badge.dataset.state = stats.state;
    badge.textContent = words[stats.state] ?? stats.state;
    show("viewers", stats.viewers);
    show("offload", Math.round(stats.offloadRatio * 100) + " %");
    show("rate", stats.bitrate > 0 ? (stats.bitrate / 1e6).toFixed(1) + " Mb/s" : "–");
    show("fault", stats.fault ?? "");
    show("queue", stats.joinsWaiting > 0
      ? "The origin is full: " + stats.joinsWaiting + (stats.joinsWaiting === 1 ? " viewer waits" : " viewers wait") + " to join. The player waits for its turn by itself."
      : "");
  } catch {
    show("fault", "The origin does not answer.");
  }
  setTimeout(refresh, 2000);
}
refresh();
