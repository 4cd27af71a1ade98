package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MistakesTest {
  private static final String BACKENDS = "backends = [\"10.0.0.1:80\"]";
  @TempDir Path directory;

  @Test
  void six_mistakes_are_six_messages_each_with_its_line() {
    assertThat(
            problems(
                """
                headgate {
                  transprot = epoll
                  defaults {
                    idle-timeout = soon
                    balance = least-connection
                  }
                  routes {
                    http {
                      port = 99999
                      backends = ["node-1:30080"]
                    }
                    https { backends = ["10.0.0.1:443"] }
                  }
                }
                """))
        .containsExactly(
            "2: headgate.transprot: unknown key (allowed: addresses, admin, clusters, defaults,"
                + " kubernetes, load-balancer, log, max-connections, metrics, name, routes, state-directory,"
                + " takeover, transport, workers, zone; did you mean 'transport'?)",
            "4: headgate.defaults.idle-timeout: 'soon' is not a duration (allowed: a duration such"
                + " as 200ms, 5s, 5m or 1h)",
            "5: headgate.defaults.balance: 'least-connection' is not a choice (allowed:"
                + " least-connections | round-robin | source-hash | random; did you mean"
                + " 'least-connections'?)",
            "9: headgate.routes.http.port: 99999 is out of range (allowed: 1 to 65535)",
            "10: headgate.routes.http.backends[0]: 'node-1:30080' is not valid (allowed: literal IP"
                + " address and port, such as 10.1.0.11:30080 or [2001:db8::1]:30080)",
            "12: headgate.routes.https.port: missing (allowed: 1 to 65535)");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          workers = many                   | workers: 'many' is not a whole number
          workers = 1.5                    | workers: 1.5 is not a whole number
          workers = -1                     | workers: -1 is out of range (allowed: 0 to 1024)
          workers = null                   | workers: null is not a whole number
          workers = 99999999999999999999   | workers: '99999999999999999999' is not a whole number
          max-connections = [1]            | max-connections: a list is not a whole number (allowed: 0 or more)
          name = ""                        | name: '' is not valid
          name = "two words"               | name: 'two words' is not valid
          state-directory = " "            | state-directory: ' ' is not valid (allowed: a path)
          transport = kqueue               | transport: 'kqueue' is not a choice (allowed: auto | epoll | io_uring | nio)
          transport = io-uring             | did you mean 'io_uring'?
          transport = { }                  | transport: a block is not a choice
          addresses = "*"                  | addresses: '*' is not a list
          addresses = []                   | addresses: is empty (allowed: at least one)
          addresses = [localhost]          | addresses[0]: 'localhost' is not valid (allowed: a literal IP address
          addresses = ["10.0.0.256"]       | addresses[0]: '10.0.0.256' is not valid
          addresses = ["*", "*"]           | is listed twice
          admin = 5                        | admin: 5 is not a block (allowed: admin { … })
          admin.http = "0.0.0.0:9900"      | admin.http: '0.0.0.0:9900' is not valid (allowed: a loopback address and port
          admin.http = "10.0.0.1:9900"     | a loopback address and port
          admin.http = "127.0.0.1"         | a loopback address and port
          admin.socket = ""                | admin.socket: '' is not valid
          log.level = warning              | log.level: 'warning' is not a choice (allowed: error | warn | info | debug; did you mean 'warn'?)
          log.connections = maybe          | log.connections: 'maybe' is not valid (allowed: true | false)
          log.colour = on                  | log.colour: unknown key (allowed: connections, format, level)
          kubernetes.kubeconfig = /x/y     | kubernetes.kubeconfig: no such file
          kubernetes.namespaces = [A_B]    | kubernetes.namespaces[0]: 'A_B' is not valid
          kubernetes.servers = [api]       | kubernetes.servers[0]: 'api' is not valid (allowed: https://host:port
          kubernetes.servers = "https://a" | kubernetes.servers: 'https://a' is not a list (allowed: […]
          kubernetes.servers = ["https://a", "https://a/"] | https://a is listed twice
          kubernetes.servers = ["https://me:pw@a:6443"] | kubernetes.servers[0]: 'https://me:pw@a:6443' is not valid
          kubernetes.servers = ["https://a:65536"] | kubernetes.servers[0]: 'https://a:65536' is not valid
          kubernetes.servers = ["https://a?b"] | kubernetes.servers[0]: 'https://a?b' is not valid
          kubernetes.servers = ["http://a:6443"] | http:// only of this host, or with allow-insecure = true
          kubernetes { allow-insecure = on, servers = ["ftp://a"] } | https://host:port or http://host:port
          kubernetes.allow-insecure = 1    | kubernetes.allow-insecure: 1 is not valid
          kubernetes.allow-exec = true     | kubernetes.allow-exec: unknown key
          kubernetes.lease-namespace = A_B | kubernetes.lease-namespace: 'A_B' is not valid (allowed: the name of a namespace)
          kubernetes.node-address = public | internal | external
          defaults.protocol = udp          | defaults.protocol: not in this version
          defaults.protocol = sctp         | tcp | udp
          defaults.connect-timeout = 0s    | defaults.connect-timeout: '0s' is out of range
          defaults.idle-timeout = -1s      | defaults.idle-timeout: '-1s' is out of range
          defaults.idle-timeout = 1y       | defaults.idle-timeout: '1y' is not a duration
          defaults.idle-timeout = 366d     | at most 365d
          defaults.connect-attempts = 0    | 1 to 100
          defaults.allow = ["10.0.0.0/33"] | defaults.allow[0]: '10.0.0.0/33' is not valid (allowed: an address or a range
          defaults.accept-proxy = [any]    | defaults.accept-proxy[0]: 'any' is not valid
          defaults.source-addresses = [any] | defaults.source-addresses[0]: 'any' is not valid (allowed: an address of this host
          defaults.source-addresses = ["0.0.0.0"] | is not valid
          defaults.source-addresses = ["fe80::1"] | is not valid
          defaults.source-addresses = ["10.0.0.0/23"] | 512 addresses (allowed: up to 256 in all)
          defaults.proxy-protocol = v3     | off | v1 | v2
          defaults.health.path = healthz   | a path that begins with /
          defaults.health.path = "/a b"    | a path that begins with /
          defaults.health.interval = 0s    | at least 10ms
          defaults.health.fall = 0         | 1 to 10
          defaults.health.intervall = 1s   | did you mean 'interval'?
          defaults.port = 80               | defaults.port: unknown key
          zone = "far east"                | zone: 'far east' is not valid (allowed: the value of a Node's label topology
          load-balancer.metallb = yess     | load-balancer.metallb: 'yess' is not valid
          load-balancer.metallb-namespace = A/b | load-balancer.metallb-namespace: 'A/b' is not valid
          load-balancer.pools.a.namespace-selectors = ["a b"] | namespace-selectors[0]: 'a b' is not valid
          load-balancer.default-class = 2  | load-balancer.default-class: 2 is not valid (allowed: true | false)
          load-balancer.class = "a/b/c"    | load-balancer.class: 'a/b/c' is not valid (allowed: a load balancer class such as
          load-balancer.pools.a.priority=1 | load-balancer.pools.a.addresses: missing
          load-balancer.pools.a.priority=-1 | load-balancer.pools.a.priority: -1 is out of range (allowed: 0 or more)
          load-balancer.pools.a.prio = 1   | did you mean 'priority'?
          load-balancer.klass = x          | did you mean 'class'?
          takeover.mode = vrrp             | takeover.mode: vrrp has no group (allowed: takeover.vrrp.groups.NAME
          takeover.mode = carp             | none | vrrp | route
          takeover.peer-link.listen = "a"  | takeover.peer-link.listen: 'a' is not valid (allowed: a literal IP address and port
          takeover.peer-link { peers = ["192.0.2.1:1"], key-file = /nowhere/key } | takeover.peer-link.key-file: no such file (allowed: the key of the edges
          takeover.peer-link.peers = ["0.0.0.0:1"] | takeover.peer-link.peers[0]: '0.0.0.0:1' is not valid
          takeover.route.interface = "a b" | takeover.route.interface: 'a b' is not valid (allowed: the name of an interface
          takeover.second-chance = true    | takeover.second-chance: only edges that elect an owner and have a peer link can do this (allowed: mode = vrrp and a peer-link, or false)
          takeover.vrrp.groups.a {}        | takeover.vrrp.groups.a.interface: missing
          takeover.vrrp.groups.a {}        | takeover.vrrp.groups.a.router-id: missing (allowed: 1 to 255)
          takeover.vrrp.groups.a {}        | takeover.vrrp.groups.a.addresses: missing
          takeover.vrrp.groups.a.addresses = [] | takeover.vrrp.groups.a.addresses: is empty
          takeover.vrrp.groups.a.addresses = ["127.0.0.1"] | addresses[0]: '127.0.0.1' is not valid
          takeover.vrrp.groups.a.addresses = ["192.0.2.1/33"] | addresses[0]: '192.0.2.1/33' is not valid
          takeover.vrrp.groups.a.router-id = 256 | 1 to 255
          takeover.vrrp.groups.a.priority = 1 | 2 to 255
          takeover.vrrp.groups.a.pools = [b] | takeover.vrrp.groups.a.pools[0]: 'b' is not valid (allowed: no pool is configured)
          load-balancer.pools.p.addresses = ["192.0.2.0/28"], takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], pools = [p] }, takeover.vrrp.groups.b { interface = eth1, router-id = 1, addresses = ["192.0.2.99"], pools = [p] } | takeover.vrrp.groups.b.pools: p is group a's (allowed: each pool once)
          load-balancer.pools.p.addresses = ["192.0.2.0/28"], takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"] }, takeover.vrrp.groups.b { interface = eth1, router-id = 1, addresses = ["192.0.2.99"], pools = [p] } | takeover.vrrp.groups.a.addresses: 192.0.2.1 is of pool p, which is group b's
          takeover.vrrp.groups.a.advertise-interval = 15ms | 15ms cannot be said in version 3 (allowed: tens of milliseconds
          takeover.vrrp.groups.a.advertise-interval = 1ms | at least 10ms
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], version = 2, advertise-interval = 500ms } | 500ms cannot be said in version 2 (allowed: whole seconds
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], addresses = ["2001:db8::1"], version = 2 } | takeover.vrrp.groups.a.version: 2 has no IPv6
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], password = secret }       | takeover.vrrp.groups.a.password: version 3 has none
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], version = 2, password = secretsecret } | takeover.vrrp.groups.a.password: is too long (allowed: up to 8 bytes)
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], peers = ["fe80::1"] }     | takeover.vrrp.groups.a.peers: fe80::1 is of a family that has no address here
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], peers = ["192.0.2.9"], virtual-mac = true } | takeover.vrrp.groups.a.virtual-mac: true beside peers
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], checksum = none }         | auto | keepalived | rfc9568
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"], preempt-delay = 20m }     | 1200s is out of range (allowed: up to 1000s)
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"] }, takeover.vrrp.groups.b = ${headgate.takeover.vrrp.groups.a} | router-id: 1 is group a's
          takeover.vrrp.groups.a { interface = eth0, router-id = 1, addresses = ["192.0.2.1"] }, takeover.mode = route   | takeover.mode: route uses no groups
          takeover.vrrp.groups.a.vrid = 1  | takeover.vrrp.groups.a.vrid: unknown key
          metrics.haproxy-names = true     | metrics.haproxy-names: not in this version
          """)
  void a_bad_value_says_what_is_wrong_and_what_is_allowed(String setting, String message) {
    assertThat(problems("headgate {\n\n" + setting + "\n}"))
        .anySatisfy(
            problem -> assertThat(problem).startsWith("3: headgate.").contains(message.strip()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          port = 80                                                    | nothing to forward to (allowed: exactly one of service, backends, nodes)
          port = 80, backends = []                                     | backends: is empty
          port = 80, backends = ["10.0.0.1"]                           | backends[0]: '10.0.0.1' is not valid (allowed: literal IP address and port
          port = 80, backends = ["10.0.0.1:0"]                         | literal IP address and port
          port = 80, backends = ["0.0.0.0:80"]                         | literal IP address and port
          port = 80, backends = ["::1:80"]                             | literal IP address and port
          port = 80, backends = [ "10.0.0.1:80", "10.0.0.1:80" ]       | is listed twice
          port = 80, backends = ["10.0.0.1:80"], nodes { selector = a, port = 1 } | has backends and nodes
          port = 80, backends = ["10.0.0.1:80"], service = "a/b:http"  | has service and backends
          port = 0, backends = ["10.0.0.1:80"]                         | port: 0 is out of range (allowed: 1 to 65535)
          port = 80, service = "a/b:http"                              | service: needs a cluster
          port = 80, nodes { selector = a, port = 80 }                 | nodes: needs a cluster
          port = 80, service = "b:http"                                | service: 'b:http' is not valid (allowed: "namespace/name:port-name-or-number")
          port = 80, service = "a/b"                                   | namespace/name:port-name-or-number
          port = 80, service = "a/b:0"                                 | namespace/name:port-name-or-number
          port = 80, service = "a/b:65536"                             | namespace/name:port-name-or-number
          port = 80, service = "A/b:http"                              | namespace/name:port-name-or-number
          port = 80, nodes { port = 80 }                               | nodes.selector: missing (allowed: a label selector)
          port = 80, nodes { selector = "a==", port = 0 }              | nodes.port: 0 is out of range
          port = 80, nodes { selector = "a=b=c", port = 80 }           | nodes.selector: 'a=b=c' is not valid (allowed: a label selector such as
          port = 80, nodes { selector = a }                            | nodes.port: missing (allowed: 1 to 65535)
          port = 80, nodes = "a=b"                                     | nodes: 'a=b' is not a block
          port = 80, backends = ["10.0.0.1:80"], balanced = random     | did you mean 'balance'?
          port = 80, backends = ["10.0.0.1:80"], health.typ = tcp      | health.typ: unknown key
          """)
  void a_bad_route_says_what_is_wrong_and_what_is_allowed(String route, String message) {
    assertThat(problems("headgate.routes {\n a {\n  " + route + "\n }\n}"))
        .anySatisfy(problem ->
            assertThat(problem).contains(": headgate.routes.a").contains(message.strip()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          addresses = []                                | addresses: is empty (allowed: at least one)
          addresses = "10.0.0.1"                        | addresses: '10.0.0.1' is not a list
          addresses = [front.example.com]               | addresses[0]: 'front.example.com' is not valid (allowed: an address, a range such as
          addresses = ["10.0.0.0/33"]                   | addresses[0]: '10.0.0.0/33' is not valid
          addresses = ["10.0.0.9-10.0.0.1"]             | of one family, the lower one first
          addresses = ["10.0.0.1-2001:db8::1"]          | of one family, the lower one first
          addresses = ["10.0.0.1-10.0.0.2-10.0.0.3"]    | is not valid
          addresses = ["10.0.0.1-"]                     | is not valid
          addresses = ["::fffe:0:0-::1:0:0:0"]          | is not valid
          addresses = ["10.0.0.0/7"]                    | addresses: 10.0.0.0-11.255.255.255 is wider than a /8
          addresses = ["2001::/31"]                     | is wider than a /32
          addresses = ["224.0.0.1"]                     | addresses: 224.0.0.1 has addresses that no Service can have: 224.0.0.0-255.255.255.255
          addresses = ["fe80::/64"]                     | has addresses that no Service can have
          addresses = ["0.0.0.0"]                       | has addresses that no Service can have
          addresses = ["10.0.0.1", "10.0.0.1"]          | 10.0.0.1 is listed twice
          addresses = ["10.0.0.0/24", "10.0.0.7"]       | addresses: 10.0.0.7 overlaps 10.0.0.0-10.0.0.255 of pool a
          addresses = ["10.0.0.1"]                      | pools: need a cluster (allowed: only beside headgate.kubernetes
          addresses = ["10.0.0.1"], namespaces = [A_B]  | namespaces[0]: 'A_B' is not valid
          addresses = ["10.0.0.1"], service-selectors = ["a=b=c"] | service-selectors[0]: 'a=b=c' is not valid (allowed: a label selector
          addresses = ["10.0.0.1"], auto-assign = maybe | auto-assign: 'maybe' is not valid
          addresses = ["10.0.0.1"], autoassign = on     | did you mean 'auto-assign'?
          """)
  void a_bad_pool_says_what_is_wrong_and_what_is_allowed(String pool, String message) {
    assertThat(problems("headgate.load-balancer.pools {\n a {\n  " + pool + "\n }\n}"))
        .anySatisfy(problem ->
            assertThat(problem)
                .contains(": headgate.load-balancer.pools")
                .contains(message.strip()));
  }

  @Test
  void what_is_wrong_with_several_clusters_is_told_all_at_once() throws IOException {
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), "");
    assertThat(
            problems(
                """
                headgate {
                  kubernetes { kubeconfig = "%1$s", weight = 101 }
                  clusters {
                    same { kubeconfig = "%1$s" }
                    Green { kubeconfig = "%1$s", context = green, priority = 10 }
                    kubernetes { kubeconfig = "%1$s", context = blue, lease-namespace = edges }
                  }
                }
                """
                    .formatted(kubeconfig)))
        .satisfiesExactly(
            weight -> assertThat(weight).startsWith("2: headgate.kubernetes.weight: 101 is out of"),
            same ->
                assertThat(same)
                    .startsWith("4: headgate.clusters.same: is the same cluster as another"),
            name -> assertThat(name).startsWith("5: headgate.clusters.Green: is no name for a"),
            priority ->
                assertThat(priority)
                    .startsWith("5: headgate.clusters.Green.priority: 10 is out of"),
            leading ->
                assertThat(leading).startsWith("6: headgate.clusters.kubernetes: is no name for a"),
            lease ->
                assertThat(lease)
                    .startsWith("6: headgate.clusters.kubernetes.lease-namespace: unknown key"));
  }

  @Test
  void some_cluster_must_take_connections_and_one_must_lead() throws IOException {
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), "");
    String green =
        "clusters.green { kubeconfig = \"" + kubeconfig + "\", context = g, weight = 0 }";
    assertThat(problems("headgate {\n" + green + "\n}"))
        .containsExactly(
            "2: headgate.clusters: need a leading cluster (allowed: only beside headgate.kubernetes"
                + " { … })");
    String blue = "kubernetes { kubeconfig = \"" + kubeconfig + "\", weight = 0 }";
    assertThat(problems("headgate {\n" + green + "\n" + blue + "\n}"))
        .containsExactly(
            "3: headgate.kubernetes.weight: no cluster would take a connection (allowed: 1 to 100"
                + " for one of them)");
  }

  @Test
  void an_address_belongs_to_one_pool() {
    assertThat(
            problems(
                """
                headgate {
                  kubernetes { kubeconfig = "KUBECONFIG" }
                  load-balancer.pools {
                    a { addresses = ["10.0.0.0/24", "2001:db8::/64"] }
                    b {
                      addresses = ["10.0.0.200-10.0.1.9", "2001:db8::7"]
                    }
                    "c/d" { addresses = ["10.9.0.0/24"] }
                  }
                }
                """
                    .replace("KUBECONFIG", existing().toString())))
        .containsExactly(
            "6: headgate.load-balancer.pools.b.addresses: 10.0.0.200-10.0.1.9 overlaps"
                + " 10.0.0.0-10.0.0.255 of pool a (allowed: each address once)",
            "6: headgate.load-balancer.pools.b.addresses: 2001:db8::7 overlaps"
                + " 2001:db8::-2001:db8::ffff:ffff:ffff:ffff of pool a (allowed: each address"
                + " once)",
            "8: headgate.load-balancer.pools.\"c/d\": not a pool's name (allowed: up to 63"
                + " letters, digits, '-', '_' and '.', not first a sign)");
  }

  @Test
  void two_routes_cannot_have_the_same_listener() {
    assertThat(
            problems(
                """
                headgate.routes {
                  first { port = 80, BACKENDS }
                  second { port = 80, addresses = ["192.0.2.1"], BACKENDS }
                  third { port = 81, BACKENDS }
                  fourth {
                    port = 80
                    addresses = ["192.0.2.1", "*"]
                    BACKENDS
                  }
                }
                """
                    .replace("BACKENDS", BACKENDS)))
        .containsExactly(
            "6: headgate.routes.fourth.port: 192.0.2.1:80 belongs to route second (allowed: each"
                + " address and port once)",
            "6: headgate.routes.fourth.port: *:80 belongs to route first (allowed: each address and"
                + " port once)");
  }

  @Test
  void a_route_s_name_has_no_slash() {
    assertThat(problems("headgate.routes {\n \"a/b\" { port = 80, " + BACKENDS + " }\n}"))
        .singleElement()
        .asString()
        .startsWith("2: headgate.routes.\"a/b\": not a route's name");
  }

  @Test
  void a_service_outside_the_watched_namespaces_is_a_problem() {
    assertThat(
            problems(
                """
                headgate {
                  kubernetes { kubeconfig = KUBECONFIG, namespaces = [web, mail] }
                  routes.a {
                    port = 80
                    service = "shop/front:http"
                  }
                }
                """
                    .replace("KUBECONFIG", "\"" + existing() + "\"")))
        .containsExactly(
            "5: headgate.routes.a.service: namespace shop is not watched (allowed: those of"
                + " kubernetes.namespaces: web, mail)");
  }

  @Test
  void a_missing_kubeconfig_is_told_where_its_default_is_used_too() {
    assertThat(problems("headgate {\n kubernetes { kubeconfig = /nowhere/kubeconfig }\n}"))
        .containsExactly(
            "2: headgate.kubernetes.kubeconfig: no such file (allowed: a kubeconfig, here"
                + " /nowhere/kubeconfig)");
  }

  @Test
  void unknown_keys_are_found_at_every_level() {
    assertThat(
            problems(
                """
                headgates = 1
                headgate {
                  kubernets {}
                  routes.a {
                    port = 80, BACKENDS
                    helth {}
                    health { risse = 2 }
                  }
                  takeover.peer-link.peer = 1
                }
                """
                    .replace("BACKENDS", BACKENDS)))
        .satisfiesExactly(
            root -> assertThat(root).startsWith("1: headgates: ").contains("'headgate'"),
            block ->
                assertThat(block).startsWith("3: headgate.kubernets: ").contains("'kubernetes'"),
            route ->
                assertThat(route).startsWith("6: headgate.routes.a.helth: ").contains("'health'"),
            health ->
                assertThat(health)
                    .startsWith("7: headgate.routes.a.health.risse: ")
                    .contains("'rise'"),
            peers ->
                assertThat(peers)
                    .startsWith("9: headgate.takeover.peer-link.peer: ")
                    .contains("'peers'"));
  }

  @Test
  void a_file_without_the_headgate_block_says_so() {
    assertThat(problems("")).containsExactly("1: headgate: missing (allowed: headgate { … })");
  }

  @Test
  void a_syntax_error_has_its_line() {
    assertThat(problems("headgate {\n  addresses = [\"*\"\n  workers = 2\n}\n"))
        .singleElement()
        .asString()
        .startsWith("3: ")
        .doesNotContain(".properties");
    assertThat(problems("headgate {\n  workers = 2\n"))
        .containsExactly("3: a block is not closed: expecting '}' here, not the end of the file");
  }

  @Test
  void a_variable_that_is_not_set_is_one_problem_among_the_others() {
    assertThat(problems("headgate {\n  workers = ${CORES}\n  max-connections = -1\n}"))
        .satisfiesExactly(
            variable -> assertThat(variable).startsWith("2: ${CORES} stands for nothing"),
            bound -> assertThat(bound).startsWith("3: headgate.max-connections: "));
  }

  @Test
  void a_bad_value_from_the_environment_is_told_at_the_line_that_asks_for_it() {
    var file = WrittenFile.of(directory, "headgate {\n\n  workers = ${?CORES}\n}");
    assertThat(file.problems(Map.of("CORES", "all")))
        .containsExactly("3: headgate.workers: 'all' is not a whole number (allowed: 0 to 1024)");
  }

  private Path existing() {
    return WrittenFile.of(directory, "").path().resolveSibling("edge.conf");
  }

  private List<String> problems(String text) {
    return WrittenFile.of(directory, text).problems();
  }
}
