/** As a machine with Debian 11 has printed it, which is a container with 2 GiB; without most of its mounts. */
export const PROBED = `began 1795423439.657100824
MemTotal:       24684092 kB
MemAvailable:   20793700 kB
cgroup memory.limit_in_bytes 2147483648
cgroup memory.usage_in_bytes 33968128
cgroup inactive_file 16801792
machine x86_64 6.18.44-fc-v657
os "Debian GNU/Linux 11 (bullseye)"
systemd 247
device usable
setuid fusermount
fusermount fusermount 3.10.3
setuid fusermount3
fusermount fusermount3 3.10.3
library libfuse.so.2
library libfuse3.so.3
1431 1400 0:200 / / rw,relatime master:4 - overlay overlay rw
1438 1431 0:226 / /run rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw
1439 1431 254:0 /var/lib/docker/volumes/shared/_data /srv/under-storage rw,relatime master:1 - ext4 /dev/vda rw
1333 1444 0:32 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime - cgroup cgroup rw
java /usr/bin/java
java-version 11.0.24
place 0 no 16056482 66053021 4096 16017841 16777216 /
place 1 yes 16056482 66053021 4096 16017841 16777216 /
root-path /srv/under-storage
root-at /srv/under-storage
root empty 974901 7d1dd17cfe2060bb
root-uuid 
may-write 9
peer south untried 192.0.2.11 
peer north answers 192.0.2.10 
unit alluxio-pre-worker.service LoadState=not-found ActiveState=inactive 
unit alluxio-pre-job-worker.service LoadState=not-found ActiveState=inactive 
unit alluxio-pre-fuse-data.service LoadState=not-found ActiveState=inactive 
unit mnt-ramdisk.mount LoadState=not-found ActiveState=inactive 
ended 1795423441.078236342
`;
