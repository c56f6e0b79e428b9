#!/bin/sh
# Holds the namespaces of one cluster, and removes all that is left of the cluster once they end.
#
#   guard.sh hold DIR    until the end of standard input, that is until the owner stops or dies; if the owner
#                        says "stay" before that, until a signal
#   guard.sh clean DIR   removes what a guard that was killed could not
#
# DIR/cluster holds the settings read here. If the guard is killed, the kernel still kills the first process of the
# namespaces, and with it every process, mount and network device in them; only empty folders then wait for "clean".
set -u
umask 022
verb=$1
dir=$2
. "$dir/cluster"

if [ -e /sys/fs/cgroup/cgroup.procs ]; then
    hierarchies=/sys/fs/cgroup
else
    hierarchies=$(echo /sys/fs/cgroup/*)
fi

# pid:start-time of this shell (so never in a subshell), numbered as in the /proc that is mounted.
identity() {
    read -r stat </proc/self/stat
    # shellcheck disable=SC2086
    set -- $stat
    shift 21
    echo "${stat%% *}:$1"
}

alive() {
    [ -r "$1" ] || return 1
    IFS=: read -r pid start <"$1" || return 1
    read -r stat 2>/dev/null <"/proc/$pid/stat" || return 1
    # shellcheck disable=SC2086
    set -- $stat
    [ "$3" != Z ] || return 1
    shift 21
    [ "$1" = "$start" ]
}

# The namespaces' first process: the kernel ends all the others with it.
end_processes() {
    tries=0
    while alive "$dir/init.pid" && [ $tries -lt 200 ]; do
        kill -KILL "$pid" 2>/dev/null
        tries=$((tries + 1))
        sleep 0.05
    done
}

remove_cgroups() {
    for root in $hierarchies; do
        tries=0
        while [ -d "$root/$cgroup" ] && [ $tries -lt 100 ]; do
            find "$root/$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.05
            tries=$((tries + 1))
        done
    done
}

clean() {
    trap '' TERM INT HUP
    end_processes
    [ -z "$link" ] || ip link delete "$link" 2>/dev/null
    [ -z "$cgroup" ] || remove_cgroups
    if [ -d "$dir/logs" ]; then
        rm -rf "$logs"
        mkdir -p "$(dirname "$logs")" && mv "$dir/logs" "$logs"
    fi
    rm -rf --one-file-system "$dir"
}

# The cluster's network: an Ethernet of its own, whose other end is this machine.
connect() {
    ip link add "$link" type veth peer name eth0 netns "$1" &&
        ip address add "$host_address/24" dev "$link" &&
        ip link set "$link" up &&
        nsenter --target "$1" --net ip address add "$api_address/24" dev eth0 &&
        nsenter --target "$1" --net ip link set eth0 up &&
        nsenter --target "$1" --net ip route add default via "$host_address"
}

hold() {
    exec 3<&0
    trap clean EXIT
    trap 'exit 0' TERM INT HUP
    trap '' PIPE
    identity >"$dir/guard.pid.new" && mv "$dir/guard.pid.new" "$dir/guard.pid"
    # shellcheck disable=SC2086
    setpriv --pdeathsig KILL unshare $namespaces --pid --fork --kill-child=KILL \
        sh "$dir/guard.sh" first "$dir" </dev/null >"$dir/logs/guard.log" 2>&1 3<&- &
    unshare=$!
    tries=0
    while ! alive "$dir/init.pid" && [ $tries -lt 200 ]; do
        tries=$((tries + 1))
        sleep 0.02
    done
    if ! alive "$dir/init.pid" || { [ -n "$link" ] && ! connect "$pid"; }; then
        echo "failed: $(tail -n 3 "$dir/logs/guard.log" | tr '\n' ' ')"
        exit 1
    fi
    echo "ready $pid"
    exec >/dev/null 2>&1
    # Signals are heeded while waiting, not while reading.
    setpriv --pdeathsig KILL sh -c 'read -r word && [ "$word" = stay ]' <&3 &
    if wait $!; then
        wait $unshare
    fi
}

# The first process inside. Nothing done here is seen outside, save the folders of the cgroups.
first() {
    identity >"$dir/init.pid.new"
    if [ -n "$link" ]; then
        mount --make-rshared / &&
            mount -t tmpfs -o mode=755 tmpfs /run &&
            mount -t tmpfs -o mode=755 tmpfs /var/log &&
            mount -t proc proc /proc &&
            echo 1 >/proc/sys/net/ipv4/ip_forward &&
            ip link set lo up || exit 1
        # The kubelet insists on setting these, and they are the whole machine's: let it set copies.
        for setting in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops \
            kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
            copy=/run/sysctl-$(basename $setting)
            cat "/proc/sys/$setting" >"$copy" && mount --bind "$copy" "/proc/sys/$setting" || exit 1
        done
        for root in $hierarchies; do
            mkdir -p "$root/$cgroup" || exit 1
        done
    fi
    mv "$dir/init.pid.new" "$dir/init.pid"
    # A first process inherits orphans; while it waits for its own child, the shell reaps them too.
    while :; do
        sleep 86400 &
        wait
    done
}

case $verb in
hold) hold ;;
first) first ;;
clean) clean ;;
*) exit 2 ;;
esac
