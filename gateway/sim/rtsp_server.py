"""Serves raw frames from stdin as H.264 over RTSP, with GStreamer's RTSP server.

usage: rtsp_server.py FPS KEYFRAME_EVERY NAME:WIDTHxHEIGHT ...
stdin: for each frame, camera index (u32 little endian), then width * height * 3 bytes of RGB.
stdout: one line "port N" once it listens. Ends with its stdin.
"""

import os
import struct
import sys
import threading

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
fps, keyframe_every = int(sys.argv[1]), int(sys.argv[2])
cameras = []
for text in sys.argv[3:]:
    name, size = text.rsplit(":", 1)
    width, height = (int(n) for n in size.split("x"))
    cameras.append({"name": name, "width": width, "height": height, "sources": []})


class Factory(GstRtspServer.RTSPMediaFactory):
    def __init__(self, camera):
        super().__init__()
        self.camera = camera
        self.set_shared(True)
        self.set_latency(0)
        # over TCP only: the library's live view would take UDP, and a viewer that vanishes must not hold up the others
        self.set_protocols(GstRtsp.RTSPLowerTrans.TCP)
        self.set_suspend_mode(GstRtspServer.RTSPSuspendMode.NONE)

    def do_create_element(self, _url):
        c = self.camera
        return Gst.parse_launch(
            f"( appsrc name=source is-live=true format=time do-timestamp=true block=false max-bytes={c['width'] * c['height'] * 9} "
            f"caps=video/x-raw,format=RGB,width={c['width']},height={c['height']},framerate={fps}/1 ! videoconvert ! video/x-raw,format=I420 ! "
            f"x264enc tune=zerolatency speed-preset=superfast key-int-max={keyframe_every} bitrate=2500 threads=1 ! h264parse config-interval=-1 ! rtph264pay name=pay0 pt=96 )"
        )

    def do_configure(self, media):
        # each viewer may get a pipeline of its own, whatever "shared" says: all of them are fed
        source = media.get_element().get_by_name("source")
        self.camera["sources"] = [*self.camera["sources"], source]
        media.connect("unprepared", lambda _m: self.camera.update(sources=[s for s in self.camera["sources"] if s is not source]))


server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
for camera in cameras:
    server.get_mount_points().add_factory(f"/{camera['name']}", Factory(camera))
if server.attach(None) == 0 or server.get_bound_port() <= 0:
    sys.exit("the port could not be bound")
loop = GLib.MainLoop()
# in one write: an unbuffered print sends a line in pieces
sys.stdout.write(f"port {server.get_bound_port()}\n")
sys.stdout.flush()


def feed():
    while True:
        head = sys.stdin.buffer.read(4)
        if len(head) < 4:
            break
        camera = cameras[struct.unpack("<I", head)[0]]
        size = camera["width"] * camera["height"] * 3
        data = sys.stdin.buffer.read(size)
        if len(data) < size:
            break
        for source in camera["sources"]:
            source.emit("push-buffer", Gst.Buffer.new_wrapped(data))
    loop.quit()


threading.Thread(target=feed, daemon=True).start()
loop.run()
os._exit(0)
