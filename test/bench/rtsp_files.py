"""Serves H.264 and H.265 files over RTSP as they are: rtsp_files.py NAME:FILE ...  Prints "port N"; files named *.h265.mp4 are H.265."""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
for text in sys.argv[1:]:
    name, path = text.split(":", 1)
    codec = "h265" if path.endswith(".h265.mp4") else "h264"
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( filesrc location={path} ! qtdemux ! {codec}parse config-interval=-1 ! rtp{codec}pay name=pay0 pt=96 )")
    server.get_mount_points().add_factory(f"/{name}", factory)
server.attach(None)
sys.stdout.write(f"port {server.get_bound_port()}\n")
sys.stdout.flush()
GLib.MainLoop().run()
