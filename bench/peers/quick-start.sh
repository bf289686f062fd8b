#!/bin/sh
# The quick start that wikis show: a master and a worker, two containers, each with its job process beside it, until the
# master lists the worker. The page's options; heaps and image are those of the dev cluster.
#   IMAGE  PREFIX  LABEL  RAMDISK (such as 1G)  HEAPS (JVM options of the four processes, one for all)
set -eu
docker network create --label "$LABEL" "$PREFIX-quick" >/dev/null
docker volume create --label "$LABEL" "$PREFIX-quick-ufs" >/dev/null
docker run -d --label "$LABEL" --net="$PREFIX-quick" -p 127.0.0.1::19999 --name="$PREFIX-quick-master" \
  -v "$PREFIX-quick-ufs:/opt/alluxio/underFSStorage" \
  -e ALLUXIO_MASTER_JAVA_OPTS="$HEAPS" -e ALLUXIO_JOB_MASTER_JAVA_OPTS="$HEAPS" \
  -e ALLUXIO_JAVA_OPTS="-Dalluxio.master.hostname=$PREFIX-quick-master" \
  "$IMAGE" master >/dev/null
docker run -d --label "$LABEL" --net="$PREFIX-quick" --shm-size="$RAMDISK" --name="$PREFIX-quick-worker" \
  -v "$PREFIX-quick-ufs:/opt/alluxio/underFSStorage" \
  -e ALLUXIO_WORKER_JAVA_OPTS="$HEAPS" -e ALLUXIO_JOB_WORKER_JAVA_OPTS="$HEAPS" \
  -e ALLUXIO_JAVA_OPTS="-Dalluxio.worker.ramdisk.size=$RAMDISK -Dalluxio.master.hostname=$PREFIX-quick-master" \
  "$IMAGE" worker >/dev/null
until docker exec "$PREFIX-quick-master" curl -s -m 5 http://127.0.0.1:19999/api/v1/master/webui_workers | grep -q '"host"'; do
  sleep 0.5
done
