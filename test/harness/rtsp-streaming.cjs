// rtsp-streaming-server (npm) as a process of its own: whoever publishes to port 15554 is served on port 16554, to everybody who
// can reach this machine. Says "up" when it listens.
const { default: RtspServer } = require("rtsp-streaming-server");

const server = new RtspServer({ serverPort: 15554, clientPort: 16554, rtpPortStart: 20000, rtpPortCount: 100 });
server.start().then(() => console.log("up"));
