# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run.
#
# Every way to fail ends in one sentence that says what to do, because these scripts are the first
# thing that a new user runs.

# Debian packages without which nothing builds or runs:
#   mosquitto, mosquitto-clients   the broker that the demo and the tests start, and its tools
#   libmosquitto-dev               the MQTT client library
#   libsqlite3-dev                 the database
#   pkg-config                     finds both for the compiler
#   openssl                        makes the certificates of the TLS tests
#   git, ca-certificates           fetch the Swift packages
# shellcheck disable=SC2034  # read by the scripts that source this file
assay_packages=(
    mosquitto mosquitto-clients libmosquitto-dev libsqlite3-dev pkg-config openssl git
    ca-certificates
)

# How the program is built. With the standard library linked in it takes a third less memory, and runs
# on machines without a Swift toolchain.
# shellcheck disable=SC2034  # read by the scripts that source this file
assay_build=(swift build -c release --product assay --static-swift-stdlib)

# The least Swift that builds it.
assay_swift_major=6
assay_swift_minor=3

say() {
    printf '\n==> %s\n' "$*"
}

die() {
    printf 'assay: %s\n' "$*" >&2
    exit 1
}

# Stops unless a Swift toolchain that is new enough answers.
require_swift() {
    local wanted="$assay_swift_major.$assay_swift_minor" banner major minor
    command -v swift >/dev/null 2>&1 ||
        die "no \`swift\` on the PATH: install Swift $wanted or later from" \
            "https://www.swift.org/install/linux/ and run this again."
    banner=$(swift --version 2>/dev/null </dev/null) || banner=
    if [[ ! $banner =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]]; then
        die "\`$(command -v swift)\` does not tell its version: install Swift $wanted or later from" \
            "https://www.swift.org/install/linux/ and run this again."
    fi
    major=${BASH_REMATCH[1]} minor=${BASH_REMATCH[2]}
    if ((major < assay_swift_major ||
        (major == assay_swift_major && minor < assay_swift_minor))); then
        die "Swift $major.$minor is too old: install Swift $wanted or later from" \
            "https://www.swift.org/install/linux/ and run this again."
    fi
}

# Prints those of the named packages that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            printf '%s\n' "$package"
    done
}

# Runs a command as root: directly, or through sudo.
as_root() {
    if ((EUID == 0)); then "$@"; else sudo -- "$@"; fi
}

# Installs those of the named packages that are missing; does nothing if none is.
install_packages() {
    local -a missing
    command -v dpkg-query >/dev/null 2>&1 ||
        die "this script installs Debian packages and finds no dpkg: install the equivalents of" \
            "\`$*\` yourself, then run \`swift test\` or \`swift run -c release assay demo\`."
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0
    if ((EUID != 0)) && ! command -v sudo >/dev/null 2>&1; then
        die "the Debian packages \`${missing[*]}\` are missing, and there is neither root nor sudo" \
            "to install them: ask somebody who may run \`apt-get install ${missing[*]}\`."
    fi
    if ((EUID != 0)) && [[ ! -t 0 ]] && ! sudo -n true 2>/dev/null; then
        die "the Debian packages \`${missing[*]}\` are missing, and sudo wants a password that" \
            "nobody can type here: run \`sudo apt-get install ${missing[*]}\` first."
    fi
    say "Installing Debian packages: ${missing[*]}"
    [[ " ${missing[*]} " != *" mosquitto "* ]] || hold_back_mosquitto_service
    as_root apt-get update -qq ||
        die "apt-get update failed (see above): check the network and the package sources."
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
        die "apt-get could not install \`${missing[*]}\` (see above): repair that, then run this" \
            "again."
    release_mosquitto_service
}

# Debian starts a service when its package is installed. The demo and the tests start brokers of
# their own on free ports, so a broker on port 1883 is not ours to open: for the time of the
# installation this policy refuses to start that one service. A policy that is already there stays
# untouched.
assay_policy=/usr/sbin/policy-rc.d
assay_holds_policy=false

hold_back_mosquitto_service() {
    [[ ! -e $assay_policy ]] || return 0
    trap release_mosquitto_service EXIT
    assay_holds_policy=true
    as_root tee "$assay_policy" >/dev/null <<'POLICY'
#!/bin/sh
# Written for the time of one installation.
[ "$1" = mosquitto ] && exit 101
exit 0
POLICY
    as_root chmod 755 "$assay_policy"
}

release_mosquitto_service() {
    [[ $assay_holds_policy == true ]] || return 0
    assay_holds_policy=false
    as_root rm -f "$assay_policy"
    trap - EXIT
    echo "The system's own mosquitto service was installed but not started; it is not needed here."
}

# Checks what `systemd/` installs: the unit is understood, without a word, by the systemd that is
# here; its exposure is at most 2.0 of 10; the user that it runs as would be made.
check_unit() {
    local folder output
    folder=$(mktemp -d)
    # The program that it starts need not be installed here, nor the manual page.
    sed 's|^ExecStart=[^ ]*|ExecStart=/bin/true|' systemd/assay.service >"$folder/assay.service"
    check_quietly "systemd/assay.service is wrong" \
        systemd-analyze verify --man=no --recursive-errors=no "$folder/assay.service"
    # The threshold is in tenths.
    systemd-analyze security --offline=yes --threshold=20 --no-pager "$folder/assay.service" |
        tail -n 1 || die "systemd/assay.service is less hardened than it should be: run" \
        "\`systemd-analyze security --offline=yes systemd/assay.service\` for the reasons."
    output=$(systemd-sysusers --root="$folder" --dry-run "$PWD/systemd/assay.sysusers" 2>&1) ||
        die "systemd/assay.sysusers is wrong: $output"
    rm -rf "$folder"
}

# Runs a command that must succeed and print nothing.
check_quietly() {
    local problem=$1 output
    shift
    output=$("$@" 2>&1) || die "$problem: ${output:-no reason given}"
    [[ -z $output ]] || die "$problem: $output"
}
