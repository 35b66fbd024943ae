# Writes the password file from the environment, hashed, and starts the broker. Nobody can read it but the broker.
set -eu
umask 077
file=/tmp/mosquitto-passwords
printf 'moodstat:%s\nnode-red:%s\n' "$MOODSTAT_MQTT_PASSWORD" "$NODE_RED_MQTT_PASSWORD" > "$file"
mosquitto_passwd -U "$file"
chown mosquitto "$file" /mosquitto/data
unset MOODSTAT_MQTT_PASSWORD NODE_RED_MQTT_PASSWORD
exec mosquitto -c /mosquitto/moodstat/mosquitto.conf
