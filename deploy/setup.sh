#!/usr/bin/env bash
# Brings a Debian machine to the point where Lookout starts and its tests run. Safe to call again and again:
# when all is there it says nothing and takes well under a second.
set -euo pipefail
cd "$(dirname "$0")/.."

# What each Debian package is for.
packages=(
	ffmpeg                       # reads cameras
	gir1.2-gst-rtsp-server-1.0   # serves the simulated cameras over real RTSP
	gir1.2-gstreamer-1.0
	python3-gi
	gstreamer1.0-plugins-base
	gstreamer1.0-plugins-good
	gstreamer1.0-plugins-bad
	gstreamer1.0-plugins-ugly
	motion                       # a camera server that nobody here wrote, for the tests
	chromium                     # browser tests
	fonts-noto-cjk               # Chinese in the screenshots
	libfaketime                  # a clock that jumps, for the tests
	mosquitto                    # the other side of the telemetry bench
	strace                       # shows in the bench that no acknowledgement leaves before its sync
	make g++ python3             # compile sqlite3 where no binary is offered for download
)

missing=()
for package in "${packages[@]}"; do
	[ -e "/var/lib/dpkg/info/$package.list" ] || [ -e "/var/lib/dpkg/info/$package:$(dpkg --print-architecture).list" ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
	if [ "$(id -u)" -ne 0 ]; then
		echo "setup: these Debian packages are missing, and installing them needs root:" >&2
		echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
		exit 1
	fi
	echo "setup: installing Debian packages: ${missing[*]}"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

stamp=node_modules/.lookout-setup
wanted=$(sha256sum package-lock.json | cut -d' ' -f1)
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
	echo "setup: installing npm packages (sqlite3 may compile for a minute or two)"
	# onnxruntime-node would fetch a CUDA build from elsewhere; its bundled CPU library is all we use
	# (install, not ci: ci refuses a lock file where the registry lacks the optional packages of other platforms)
	ONNXRUNTIME_NODE_INSTALL=skip npm install --no-save --no-fund --no-audit --loglevel=error
	node_modules/.bin/node -e 'require("sqlite3")' 2>/dev/null || {
		echo "setup: building sqlite3"
		ONNXRUNTIME_NODE_INSTALL=skip npm rebuild sqlite3 --loglevel=error
	}
	echo "$wanted" >"$stamp"
fi

dist=gateway/console/web/dist/index.html
if [ ! -e "$dist" ] || [ -n "$(find gateway/console/web gateway/base gateway/model package-lock.json -newer "$dist" -type f -not -path '*/dist/*' -print -quit)" ]; then
	echo "setup: building the console's pages"
	node_modules/.bin/node node_modules/vite/bin/vite.js build gateway/console/web --logLevel error
	touch "$dist"
fi
