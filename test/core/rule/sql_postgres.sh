#!/bin/sh
# test/core/rule/sql_postgres.sh: runs a test program beside a PostgreSQL server of its own.
#
# The server lives in a temporary folder, listens on a socket there and on no port, and is stopped and
# removed at the end. PostgreSQL refuses to run as root, so root lends the folder to the user postgres.
# Without the server the program runs all the same and says that it skips.
#
# SPDX-License-Identifier: Apache-2.0
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    echo "# no PostgreSQL server here: install postgresql to run this test"
    exec "$@"
fi
folder=$(mktemp -d)
as() (
    cd "$folder"
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
)
finish() {
    as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
[ "$(id -u)" != 0 ] || chown postgres "$folder"
chmod 755 "$folder"
as "$bin/initdb" -D "$folder/data" -U heng -A trust -E UTF8 --locale=C >"$folder.log" 2>&1 ||
    { cat "$folder.log"; rm -f "$folder.log"; exit 1; }
rm -f "$folder.log"
as "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/data/log" start \
    -o "-k $folder -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_locks_per_transaction=4096" >/dev/null
HENG_SQL_SOCKET=$folder "$@"
