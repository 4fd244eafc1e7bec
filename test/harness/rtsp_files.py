"""Serves H.264 and H.265 files over RTSP as they are: rtsp_files.py [OPTIONS] NAME:FILE ...

Prints "port N". Files named *.h265.mp4 are H.265. --udp: over UDP alone; --multicast: over multicast alone. --user NAME:PASSWORD: Digest log-in.
A FILE named live/N is a made picture at 10 a second with a keyframe in N, which who comes later joins where it is.
--loss P: this share of the RTP packets is lost.
"""

import socket
import subprocess
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

Gst.init(None)
server = GstRtspServer.RTSPServer()
arguments = sys.argv[1:]
# another host's address is only taken in a network namespace of its own
server.set_address(arguments[arguments.index("--address") + 1] if "--address" in arguments else "127.0.0.1")
server.set_service("0")
udp = "--udp" in arguments
loss = float(arguments[arguments.index("--loss") + 1]) if "--loss" in arguments else 0
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
    pay = f"rtp{codec}pay name=pay0 pt=96"
    if loss:
        pay = f"rtp{codec}pay pt=96 ! identity name=pay0 drop-probability={loss}"
    source = f"filesrc location={path} ! qtdemux"
    if path.startswith("live/"):
        factory.set_shared(True)
        coder = f"-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g {path[5:]} -sc_threshold 0"
        # RTP on loopback, as a camera's own encoder would send it: what nobody takes is gone. A pipe keeps it, and a
        # pipeline that is set up anew between two readers then waits for a time that never comes
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        made = f"ffmpeg -loglevel error -re -f lavfi -i testsrc2=s=640x360:r=10 {coder} -f rtp rtp://127.0.0.1:{port}"
        command = ["setpriv", "--pdeathsig", "KILL", *made.split()]
        # once somebody listens: the keyframe that it begins with must not be lost, the next may be long in coming
        listened = []

        def begin(_factory, _media, command=command, listened=listened):
            if not listened:
                listened.append(True)
                quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
                GLib.timeout_add(500, lambda: subprocess.Popen(command, **quiet) and False)

        factory.connect("media-configure", begin)
        caps = "application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload=96"
        source = f'udpsrc address=127.0.0.1 port={port} caps="{caps}" ! rtph264depay'
    factory.set_launch(f"( {source} ! {codec}parse config-interval=-1 ! {pay} )")
    if udp:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP)
    if "--multicast" in arguments:
        factory.set_protocols(GstRtsp.RTSPLowerTrans.UDP_MCAST)
        addresses = GstRtspServer.RTSPAddressPool()
        addresses.add_range("239.255.77.1", "239.255.77.9", 5000, 5019, 1)
        factory.set_address_pool(addresses)
        factory.set_shared(True)
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
