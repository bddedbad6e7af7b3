#!/bin/sh
# Prints the path of Chromium or Chrome; installs Debian's package where that is
# allowed and possible, and otherwise says what is missing.
find_it() {
    for name in "${CHROMIUM:-chromium}" chromium chromium-browser google-chrome; do
        command -v "$name" && return
    done
    return 1
}

find_it && exit
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "Installing Chromium with apt-get ..." >&2
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update && apt-get install -y --no-install-recommends chromium; } >&2
    find_it && exit
fi
echo "The browser tests need Chromium or Chrome. Install it, or name its path:" >&2
echo "make browser CHROMIUM=/path/to/chrome" >&2
exit 1
