"""A serial line with a modem at its other end: pty_modem.py silent|OK.  Prints "port PATH"; "OK" answers every line, and a message with +CMGS."""

import os
import pty
import sys
import tty

master, slave = pty.openpty()
tty.setraw(master)
tty.setraw(slave)
print(f"port {os.ttyname(slave)}", flush=True)
while True:
    text = os.read(master, 4096)
    if sys.argv[1] == "silent":
        continue
    if text.startswith(b"AT+CMGS="):
        os.write(master, b"\r\n> ")
    elif text.endswith(b"\x1a"):
        os.write(master, b"\r\n+CMGS: 7\r\n\r\nOK\r\n")
    else:
        os.write(master, b"\r\nOK\r\n")
