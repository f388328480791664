#!/bin/sh
# The Debian packages that the node tier of the test cluster needs, and the clients of the tutorial. The driver never installs anything itself.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install --yes --no-install-recommends gcc iproute2 libc6-dev libseccomp-dev \
  mariadb-client-core nftables openssl pkg-config util-linux
