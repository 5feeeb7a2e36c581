const element = (id) => document.getElementById(id);

function show(text, kind) {
  const line = document.createElement("li");
  line.textContent = text;
  line.className = kind;
  element("messages").append(line);
  line.scrollIntoView();
}

element("enter").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = element("name").value;
  const room = element("room").value;
  const socket = io({ auth: { name } });

  socket.on("connect", async () => {
    element("state").textContent = "connected";
    // A recovered connection is in its rooms already.
    if (!socket.recovered) show(await socket.emitWithAck("join", room), "note");
    element("enter").hidden = true;
    element("say").hidden = false;
    element("text").focus();
  });
  socket.on("disconnect", () => (element("state").textContent = "connection lost"));
  socket.on("connect_error", (error) => (element("state").textContent = error.message));

  socket.on("joined", (_room, who) => show(`${who} is here`, "note"));
  socket.on("left", (_room, who) => show(`${who} has gone`, "note"));
  socket.on("said", (_room, who, text) => show(`${who}: ${text}`, "said"));

  element("say").addEventListener("submit", (submitted) => {
    submitted.preventDefault();
    const text = element("text");
    socket.emit("say", room, text.value);
    show(`${name}: ${text.value}`, "said");
    text.value = "";
  });
});
