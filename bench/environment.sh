# Sourced by the scripts of this directory: finds a JDK 25 and builds the project where it has changed.
# Expects $project; sets $java.

find_java() {
  for candidate in \
    "${HEADGATE_JAVA_HOME:-}/bin/java" "${JAVA_HOME:-}/bin/java" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java; do
    if [ -x "$candidate" ] && "$candidate" -version 2>&1 | grep -q 'version "\(2[5-9]\|[3-9][0-9]\)'; then
      echo "$candidate"
      return
    fi
  done
  echo "no JDK 25 found: install one (for instance Temurin 25) or set HEADGATE_JAVA_HOME" >&2
  return 1
}

build_when_changed() {
  stamp=$project/bench/target/built
  if [ ! -e "$stamp" ] || [ -n "$(find "$project/pom.xml" "$project/sync" "$project/edge-proxy" \
      "$project/bench/pom.xml" "$project/bench/src/main" \
      \( -path '*/target' -o -path '*/src/test' \) -prune -o -type f -newer "$stamp" -print | head -n 1)" ]; then
    echo "building" >&2
    (cd "$project" && mvn -q -B -DskipTests package) >&2
    touch "$stamp"
  fi
}

java=$(find_java)
build_when_changed
