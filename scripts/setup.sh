#!/bin/sh
# Makes .venv/bin/comity: Debian's packages, a virtual environment, the locked requirements, this package.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

missing_packages() {
    sed 's/#.*//' debian-packages.txt | while read -r package; do
        [ -n "$package" ] || continue
        dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            printf '%s ' "$package"
    done
}

# A node keeps a database server of its own, so none of Debian's is created beside it.
install_packages() {
    no_cluster=/etc/postgresql-common/createcluster.d/comity-setup.conf
    command -v pg_lsclusters >/dev/null && no_cluster=
    export DEBIAN_FRONTEND=noninteractive
    if [ -n "$no_cluster" ]; then
        $1 mkdir -p "$(dirname "$no_cluster")"
        echo 'create_main_cluster = false' | $1 tee "$no_cluster" >/dev/null
    fi
    $1 apt-get update --quiet
    # shellcheck disable=SC2086  # a list of words
    $1 env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends $2
    [ -z "$no_cluster" ] || $1 rm -f "$no_cluster"
}

find_python() {
    for python in ${PYTHON:-python3 python3.11 /usr/bin/python3 python3.12 python3.13}; do
        if "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$python"
            return
        fi
    done
    say "Python 3.11 or later with its venv module was not found; name one with PYTHON=/path/to/python3"
    exit 1
}

if command -v dpkg-query >/dev/null; then
    missing=$(missing_packages)
    if [ -n "$missing" ]; then
        if [ "$(id -u)" = 0 ]; then
            install_packages "" "$missing"
        elif sudo -n true 2>/dev/null; then
            install_packages sudo "$missing"
        else
            say "These Debian packages are missing. Install them, then run make again:"
            say "    sudo apt-get install --no-install-recommends $missing"
            exit 1
        fi
    fi
else
    say "This is not Debian: the packages of debian-packages.txt are taken to be installed under other names."
fi

python=$(find_python)
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
