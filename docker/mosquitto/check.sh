# Healthy when an account can read.
exec mosquitto_sub -h 127.0.0.1 -u moodstat -P "$MOODSTAT_MQTT_PASSWORD" -t '$SYS/broker/version' -C 1 -W 3
