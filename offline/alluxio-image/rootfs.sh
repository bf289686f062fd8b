#!/bin/bash
# rootfs.sh MIRROR: a Debian root file system with Java 11 and FUSE, as a tar on standard output.
# Runs as root inside a throw-away container that sees this machine's own debootstrap, so that a build that is killed
# leaves no mount and no file behind, and a user of group docker needs no root.
set -euo pipefail
mirror=$1
root=/rootfs
packages=openjdk-11-jre-headless,fuse3,libfuse2,procps,iproute2,curl,ca-certificates
# bullseye is the newest Debian with Java 11; later Java is refused by Alluxio's own scripts.
debootstrap --variant=minbase --include="$packages" bullseye "$root" "$mirror" >&2
rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/* "$root"/usr/share/{doc,man,locale}/* "$root"/var/log/*
rm -f "$root/etc/machine-id" "$root/etc/hostname" "$root/etc/resolv.conf"
tar -C "$root" --sort=name --exclude=./proc/* --exclude=./sys/* --exclude=./dev/* -c .
