#!/bin/sh
# test/core/rule/sql_clickhouse.sh: runs a test program beside two ClickHouse servers that share a cluster.
#
# Both live in a temporary folder and listen on loopback only; they are stopped by their process numbers
# and removed at the end. Without the server the program runs all the same and says that it skips.
#
# SPDX-License-Identifier: Apache-2.0
set -eu
if ! command -v clickhouse-server >/dev/null 2>&1; then
    echo "# no ClickHouse server here: install clickhouse-server to run this test"
    exec "$@"
fi
folder=$(mktemp -d)
servers=
stop() {
    for server in $servers; do kill -9 "$server" 2>/dev/null || true; done
    for server in $servers; do wait "$server" 2>/dev/null || true; done
    servers=
}
finish() {
    stop
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# configure NUMBER BASE
configure() {
    mkdir -p "$folder/$1/data" "$folder/$1/tmp"
    cat >"$folder/$1/users.xml" <<END
<yandex><profiles><default></default></profiles>
<users><default><password></password><networks><ip>127.0.0.1</ip></networks>
<profile>default</profile><quota>default</quota></default></users>
<quotas><default></default></quotas></yandex>
END
    cat >"$folder/$1/config.xml" <<END
<yandex>
<logger><level>warning</level><log>$folder/$1/log</log><errorlog>$folder/$1/errors</errorlog></logger>
<http_port>$(($2 + 3 * $1))</http_port><tcp_port>$(($2 + 3 * $1 + 1))</tcp_port>
<interserver_http_port>$(($2 + 3 * $1 + 2))</interserver_http_port>
<interserver_http_host>127.0.0.1</interserver_http_host>
<listen_host>127.0.0.1</listen_host>
<path>$folder/$1/data/</path><tmp_path>$folder/$1/tmp/</tmp_path>
<users_config>$folder/$1/users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database>
<mark_cache_size>67108864</mark_cache_size>
<remote_servers><heng>
<shard><replica><host>127.0.0.1</host><port>$(($2 + 1))</port></replica></shard>
<shard><replica><host>127.0.0.1</host><port>$(($2 + 4))</port></replica></shard>
</heng></remote_servers>
</yandex>
END
}

# answers PORT
answers() { curl -s -m 1 "http://127.0.0.1:$1/ping" 2>/dev/null | grep -q Ok; }

# start BASE
start() {
    for number in 0 1; do
        configure "$number" "$1"
        (cd "$folder/$number" && exec clickhouse-server --config-file="$folder/$number/config.xml" \
            >"$folder/$number/out" 2>&1) &
        servers="$servers $!"
    done
    for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        sleep 1
        if answers "$1" && answers "$(($1 + 3))"; then return 0; fi
    done
    return 1
}

for try in 0 1 2; do # a port may be taken
    base=$((20000 + ($$ * 7 + try * 1009) % 20000))
    if start "$base"; then break; fi
    tail -n 5 "$folder/0/out" "$folder/0/errors" 2>/dev/null | sed 's/^/# /' || true
    stop
done
if [ -z "$servers" ]; then
    echo "Bail out! the ClickHouse servers did not start"
    exit 1
fi
HENG_SQL_PORTS="$base $((base + 3))" "$@"
