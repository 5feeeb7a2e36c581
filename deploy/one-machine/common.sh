# What up, down and status have in common: where things are, and how what runs is kept running. Sourced, not run.
#
# With systemd there are units. Without it, as in a container, or with --folder, runit's runsv keeps each program running and
# svlogd its output. `up` begins only where none of its folders and units is there yet, so these are its own; what else it makes (users,
# cluster, role, database) is written down in $settings/made. `down --delete` removes that alone.
set -euo pipefail
umask 022
export LC_ALL=C.UTF-8

tree=$(realpath "$here/../..")    # where deploy/ is: the sources, or what `./dev package` made
root=""                           # --folder: all paths are below it
name=homeroom                     # of the system's user, and of PostgreSQL's role and database; of Kafka's user with -kafka behind it

say() { printf '\033[1m== %s\033[0m\n' "$*"; }

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# Before anything is read: what was written down is run.
need_root() {
    [ "$(id -u)" = 0 ] || exec sudo -- "$0" "$@"
}

# use_folder FOLDER: what --folder gives.
use_folder() {
    root=$(realpath -m "$1")
    [ "$root" != / ] || die "--folder is for a folder of its own; without it everything is where the system has such things"
}

# To be called once `root` is known.
find_places() {
    program=$root/opt/homeroom
    settings=$root/etc/homeroom
    kafka_settings=$root/etc/homeroom-kafka
    state=$root/var/lib/homeroom
    kafka_state=$root/var/lib/homeroom-kafka
    logs=$root/var/log/homeroom
    services=$settings/services
    recorded=$settings/one-machine
    # What was decided by the first `up`: name, ports, cluster.
    if [ -f "$recorded" ]; then
        [ -O "$recorded" ] || die "$recorded is not root's own"
        . "$recorded"
    fi
    kafka_user=$name-kafka
}

uses_systemd() { [ -z "$root" ] && [ -d /run/systemd/system ]; }

# --- What was made

made() { grep -qxF "$1" "$settings/made" 2>/dev/null; }

note_made() { made "$1" || echo "$1" >>"$settings/made"; }

# --- What runs

# start SERVICE [changed]: starts it, or again if something of it has changed.
start() {
    local service=$1 changed=${2:-}
    if uses_systemd; then
        systemctl enable --quiet "$service.service"
        if [ "$changed" = changed ]; then systemctl restart "$service.service"; else systemctl start "$service.service"; fi
        return
    fi
    if ! sv check "$services/$service" >/dev/null 2>&1; then
        # Nothing of the caller's surroundings: a HOMEROOM_… of a shell would be a setting.
        setsid env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
            runsv "$services/$service" </dev/null >/dev/null 2>&1 &
        for _ in $(seq 50); do sv check "$services/$service" >/dev/null 2>&1 && return; sleep 0.1; done
        die "runsv does not start $service"
    fi
    if [ "$changed" = changed ]; then sv -w 60 force-restart "$services/$service" >/dev/null; else sv up "$services/$service" >/dev/null; fi
}

stop() {
    local service=$1
    if uses_systemd; then
        systemctl disable --quiet --now "$service.service" 2>/dev/null || true
    elif sv status "$services/$service" >/dev/null 2>&1; then
        sv -w 60 force-shutdown "$services/$service" >/dev/null || true
    fi
}

is_running() {
    if uses_systemd; then systemctl is-active --quiet "$1.service"; else sv status "$services/$1" 2>/dev/null | grep -q '^run:'; fi
}

# --- PostgreSQL: a cluster of Debian's, VERSION/NAME

cluster_line() { pg_lsclusters --no-header 2>/dev/null | awk -v cluster="$cluster" '$1 "/" $2 == cluster'; }

cluster_port() { cluster_line | awk '{print $3}'; }

cluster_is_online() { cluster_line | awk '{print $4}' | grep -q '^online'; }

as_postgres() { (cd / && runuser -u postgres -- "$@"); }

psql_in() { as_postgres psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 -p "$(cluster_port)" "$@"; }

# --- How the server does

ready() { curl --silent --max-time 5 "http://127.0.0.1:$admin_port/readyz"; }

all_is_ok() {
    local answer
    answer=$(ready) || return 1
    for part in status store kafka; do grep -q "\"$part\":\"ok\"" <<<"$answer" || return 1; done
}
