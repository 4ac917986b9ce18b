// Keeps states and viewers fresh; a changed set of channels shows at the next visit.
const prefix = document.body.dataset.prefix;
const words = { live: "Live", offline: "Offline", ended: "Recorded" };
async function refresh() {
  try {
    const channels = await (await fetch(prefix + "/api/channels", { cache: "no-store" })).json();
    for (const channel of channels) {
      const row = document.getElementById("channel-" + channel.name);
      if (row) {
        const badge = row.querySelector(".badge");
        badge.dataset.state = channel.state;
        badge.textContent = words[channel.state] ?? channel.state;
        row.querySelector(".viewers").textContent = channel.viewers + (channel.viewers === 1 ? " viewer" : " viewers");
      }
    }
  } catch {
    // The next round will tell.
  }
  setTimeout(refresh, 3000);
}
refresh();
