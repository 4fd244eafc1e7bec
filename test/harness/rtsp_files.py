"""Serves H.264 and H.265 files over RTSP as they are: rtsp_files.py [--udp] [--user NAME:PASSWORD] NAME:FILE ...

Prints "port N". Files named *.h265.mp4 are H.265. --udp: over UDP alone. --user: Digest log-in.
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
arguments = sys.argv[1:]
udp = "--udp" in arguments
user = arguments[arguments.index("--user") + 1] if "--user" in arguments else None
if user:
    auth = GstRtspServer.RTSPAuth()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "user")
    name, password = user.split(":", 1)
    auth.add_digest(name, password, token)
    server.set_auth(auth)
for text in [a for a in arguments if ":" in a and a != user]:
    name, path = text.split(":", 1)
    codec = "h265" if path.endswith(".h265.mp4") else "h264"
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( filesrc location={path} ! qtdemux ! {codec}parse config-interval=-1 ! rtp{codec}pay name=pay0 pt=96 )")
    if udp:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    if user:
        permissions = GstRtspServer.RTSPPermissions()
        permissions.add_permission_for_role("user", "media.factory.access", True)
        permissions.add_permission_for_role("user", "media.factory.construct", True)
        factory.set_permissions(permissions)
    server.get_mount_points().add_factory(f"/{name}", factory)
server.attach(None)
sys.stdout.write(f"port {server.get_bound_port()}\n")
sys.stdout.flush()
GLib.MainLoop().run()
