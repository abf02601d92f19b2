#!/bin/bash
# A web instance's first start: from a bare Amazon Linux 2023 to a site that answers. Terraform renders this file
# (templatefile: region, artifact_bucket, app_key, app_version_id, log_group, metrics_namespace, group, environment,
# releases), cloud-init runs it once, as root. The auto-scaling group waits for its word (lifecycle hook site-answers): a step that fails is tried again, and
# when one fails for good, the group replaces the instance.
# The log: /var/log/image_app/start.log, and in CloudWatch the stream INSTANCE/start.
set -euo pipefail
umask 022

ROOT=$${IMAGE_APP_ROOT:-}  # the tests have a folder here
APP=$ROOT/var/www/app
LOGS=$ROOT/var/log/image_app
SETTINGS=$ROOT/etc/image_app.env
IMDS=http://169.254.169.254/latest
export AWS_DEFAULT_REGION="${region}"

say() { echo "$(date -u +%FT%TZ) image_app: $*"; }

# Only for single commands, or functions that return their failure: bash ignores `set -e` inside.
retry() {
    local pause
    for pause in 2 5 10 20 40 60 60; do
        "$@" && return
        say "Not yet: $*. Again in $pause s."
        sleep "$pause"
    done
    "$@"
}

instance_id() {
    local token
    token=$(curl -fsS -m 5 -X PUT -H "X-aws-ec2-metadata-token-ttl-seconds: 300" "$IMDS/api/token") &&
        curl -fsS -m 5 -H "X-aws-ec2-metadata-token: $token" "$IMDS/meta-data/instance-id"
}

# CONTINUE: requests may come. ABANDON: replace me.
tell_the_group() {
    aws autoscaling complete-lifecycle-action --auto-scaling-group-name "${group}" --lifecycle-hook-name site-answers \
        --instance-id "$(instance_id)" --lifecycle-action-result "$1"
}

at_exit() {
    local status=$?
    [ "$status" -eq 0 ] && return
    say "FAILED (status $status) while: $STEP. What went wrong stands above; the group is told to replace this instance."
    retry tell_the_group ABANDON || say "The group could not be told: it gives up waiting after half an hour."
}

step() {
    STEP=$1
    say "$STEP …"
    shift
    "$@"
}

start_logging() {
    retry dnf install -y amazon-cloudwatch-agent
    cat > "$LOGS/agent.json" <<'CONFIGURATION'
{"agent": {"region": "${region}", "omit_hostname": true}, "metrics": {"namespace": "${metrics_namespace}",
    "aggregation_dimensions": [["AutoScalingGroupName"]], "metrics_collected": {
    "mem": {"measurement": ["mem_used_percent"], "append_dimensions": {"AutoScalingGroupName": "${group}"}},
    "disk": {"measurement": ["used_percent"], "resources": ["/"], "drop_device": true,
        "append_dimensions": {"AutoScalingGroupName": "${group}"}}
}}, "logs": {"logs_collected": {"files": {"collect_list": [
    {"file_path": "/var/log/image_app/start.log", "log_group_name": "${log_group}", "log_stream_name": "{instance_id}/start"},
    {"file_path": "/var/log/image_app/site.log", "log_group_name": "${log_group}", "log_stream_name": "{instance_id}/site"},
    {"file_path": "/var/log/image_app/worker.log", "log_group_name": "${log_group}", "log_stream_name": "{instance_id}/worker"},
    {"file_path": "/var/log/image_app/proxy.log", "log_group_name": "${log_group}", "log_stream_name": "{instance_id}/proxy"}
]}}}}
CONFIGURATION
    retry "$ROOT/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl" -a fetch-config -m ec2 -s \
        -c "file:$LOGS/agent.json"
    cat > "$ROOT/etc/logrotate.d/image_app" <<'CONFIGURATION'
/var/log/image_app/*.log {
    size 50M
    rotate 3
    copytruncate
    missingok
}
CONFIGURATION
}

# What mysqlclient is compiled against has had several names.
install_connector() {
    local name
    for name in mariadb-connector-c-devel mariadb1011-devel mariadb105-devel; do
        dnf install -y "$name" && return
    done
    return 1
}

install_packages() {
    if ! retry dnf install -y python3.13 python3.13-devel python3.13-pip gcc pkgconf-pkg-config logrotate nginx; then
        say "If there is no python3.13, this image is too old: Amazon Linux 2023 keeps to the packages of the image's own" \
            "release. Take a newer image (ami_version, ami_id) and apply."
        return 1
    fi
    retry install_connector
}

# The version that Terraform uploaded, whatever lies under the key by now. S3's checksum is compared, then those in the zip:
# `zipfile -t` prints the name of a damaged file, and succeeds.
download() {
    aws s3api get-object --bucket "${artifact_bucket}" --key "${app_key}" --version-id "${app_version_id}" \
        --checksum-mode ENABLED "$ROOT/var/tmp/app.zip" > /dev/null &&
        python3.13 -c 'import sys, zipfile; sys.exit(zipfile.ZipFile(sys.argv[1]).testzip())' "$ROOT/var/tmp/app.zip"
}

unpack() {
    rm -rf "$APP"
    mkdir -p "$APP"
    python3.13 -m zipfile -e "$ROOT/var/tmp/app.zip" "$APP"
    rm "$ROOT/var/tmp/app.zip"
}

install_application() {
    python3.13 -m venv "$APP/.venv"
    "$APP/.venv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --no-index --no-deps \
        --find-links "$APP/wheelhouse" --require-hashes -r "$APP/wheelhouse/requirements.txt"
    "$APP/.venv/bin/python" -m compileall -q "$APP/site" "$APP/processors" "$APP/deploy"
    id image_app > /dev/null 2>&1 || useradd --system --home-dir /var/www/app --shell /sbin/nologin image_app
}

# Quoted so that systemd's EnvironmentFile and the shell read the same. No secret is in it, only where secrets are.
write_settings() {
    install -m 0640 -g image_app /dev/null "$SETTINGS"
    cat > "$SETTINGS" <<'SETTINGS'
%{ for name, value in environment ~}
${name}="${replace(value, "/([\"\\\\$`])/", "\\$1")}"
%{ endfor ~}
SETTINGS
}

# manage.py as the service's user, with its settings.
manage() {
    # shellcheck disable=SC2016  # the inner shell's variables
    runuser -u image_app -- bash -c 'set -aeu; . "$1"; cd "$2"; shift 2; exec .venv/bin/python manage.py "$@"' \
        bash "$SETTINGS" "$APP" "$@"
}

# By itself, so that what is wrong with the way to the database is not taken for a fault of the migration.
log_in() {
    if ! retry manage check --database default; then
        say "The site can't log in to MySQL; the last line above says why. 1045: the secret holds another password than the" \
            "server. 2002, 2003: no way to it (security groups), or it is down. 2026: TLS. 2059: the connector came without" \
            "caching_sha2_password, without which MySQL 8.4 lets nobody in."
        return 1
    fi
}

# The functions' code follows the database and a site that answers: an alias is what the queues call, and a release that
# does not start leaves it where it is.
switch_functions() {
    local function version
    while read -r function version; do
        retry aws lambda update-alias --function-name "$function" --name live --function-version "$version" \
            --query AliasArn --output text < /dev/null
    done <<'RELEASES'
%{ for name, version in releases ~}
${name} ${version}
%{ endfor ~}
RELEASES
}

start_services() {
    local unit
    for unit in image_app.service image_app_worker.service image_app_proxy.service; do
        install -m 0644 "$APP/deploy/$unit" "$ROOT/etc/systemd/system/$unit"
        install -D -m 0644 "$APP/deploy/image_app.conf" "$ROOT/etc/systemd/system/$unit.d/image_app.conf"
    done
    systemctl daemon-reload
    systemctl enable --now image_app.service image_app_worker.service image_app_proxy.service
}

site_answers() {
    retry curl -fsS -m 5 -o /dev/null http://127.0.0.1:5000/healthz
}

STEP="preparing"
trap at_exit EXIT
mkdir -p "$LOGS"
exec > >(tee -a "$LOGS/start.log") 2>&1
step "sending the log to CloudWatch" start_logging
step "installing packages" install_packages
step "fetching ${app_key}, version ${app_version_id}" retry download
step "unpacking it" unpack
step "installing it from its own wheelhouse" install_application
step "writing /etc/image_app.env" write_settings
step "logging in to the database" log_in
step "migrating it" retry manage migrate # of instances that start together one does, the others wait (MySQL's GET_LOCK)
step "making the functions' user there" retry manage database_users
step "starting site, worker and proxy" start_services
step "waiting for /healthz" site_answers
step "switching the functions to this release" switch_functions
step "telling the auto-scaling group" retry tell_the_group CONTINUE
say "The site answers."
