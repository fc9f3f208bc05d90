#!/bin/sh
# The tests look at the report in the system's Chromium. Where there is none, root on Debian gets it here;
# anyone else is told how, and those tests say that they were skipped.
set -eu

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null && exit 0
done
[ -d "/Applications/Google Chrome.app" ] || [ -d "/Applications/Chromium.app" ] && exit 0

if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium for the tests of the report." >&2
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq -o DPkg::Lock::Timeout=300 update >/dev/null &&
        apt-get -qq -o DPkg::Lock::Timeout=300 install -y --no-install-recommends chromium fonts-liberation >/dev/null &&
        exit 0
fi
echo "No Chromium or Chrome found: the tests of the report as a picture need one (Debian: apt install chromium)." >&2
