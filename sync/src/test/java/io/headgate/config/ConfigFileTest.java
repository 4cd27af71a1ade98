package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.config.RouteConfig.Source;
import io.headgate.model.AddressRange;
import io.headgate.model.Addresses;
import io.headgate.model.Balance;
import io.headgate.model.Cidr;
import io.headgate.model.HealthPolicy;
import io.headgate.model.LabelSelector;
import io.headgate.model.Listener;
import io.headgate.model.PortReference;
import io.headgate.model.ProxyProtocolMode;
import io.headgate.model.RoutePolicy;
import io.headgate.model.ServiceKey;
import io.headgate.model.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ConfigFileTest {
  @TempDir Path directory;

  @Test
  void an_empty_block_is_an_edge_with_every_default() {
    HeadgateConfig config = file("headgate {}").config();
    assertThat(config)
        .isEqualTo(
            new HeadgateConfig(
                "edge-1",
                "",
                Optional.empty(),
                ClustersConfig.NONE,
                List.of(),
                RoutePolicy.DEFAULTS,
                LoadBalancerConfig.NONE,
                TakeoverConfig.NONE,
                Transport.AUTO,
                0,
                0,
                Path.of("/var/lib/headgate"),
                new AdminConfig(
                    Path.of("/run/headgate/admin.sock"), Addresses.parseWithPort("127.0.0.1:9900")),
                new LogConfig(LogConfig.Level.INFO, LogConfig.Format.AUTO, false)));
  }

  @Test
  void the_smallest_useful_file_follows_a_service() throws IOException {
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), "");
    HeadgateConfig config =
        file("""
        headgate {
          kubernetes { kubeconfig = "%s" }
          routes {
            http  { port = 80,  service = "ingress-nginx/ingress-nginx-controller:http" }
            https { port = 443, service = "ingress-nginx/ingress-nginx-controller:443" }
          }
        }
        """
                .formatted(kubeconfig))
            .config();

    var service = new ServiceKey("ingress-nginx", "ingress-nginx-controller");
    assertThat(config.kubernetes())
        .contains(
            new KubernetesConfig(
                kubeconfig,
                "",
                List.of(),
                KubernetesConfig.NodeAddress.INTERNAL,
                KubernetesConfig.NodeExclusion.AUTO));
    assertThat(config.routes())
        .containsExactly(
            new RouteConfig(
                "http",
                List.of(Listener.everyAddress(80)),
                new Source.Service(service, new PortReference.Named("http")),
                RoutePolicy.DEFAULTS),
            new RouteConfig(
                "https",
                List.of(Listener.everyAddress(443)),
                new Source.Service(service, new PortReference.Numbered(443)),
                RoutePolicy.DEFAULTS));
  }

  @Test
  void clusters_beside_the_leading_one_have_what_it_has_but_a_Lease() throws Exception {
    Path blue = Files.writeString(directory.resolve("blue"), "");
    Path green = Files.writeString(directory.resolve("green"), "");
    HeadgateConfig config =
        file("""
        headgate {
          kubernetes { kubeconfig = "%s", weight = 90, node-connections = true }
          clusters {
            green { kubeconfig = "%s", weight = 10, priority = 1, nodes-per-service = 8 }
            other { kubeconfig = "%s", context = other }
          }
        }
        """
                .formatted(blue, green, green))
            .config();
    assertThat(config.clusters().leading()).isEqualTo(new ClustersConfig.Share(90, 0));
    assertThat(config.clusters().further())
        .extracting(ClustersConfig.Further::name, ClustersConfig.Further::share)
        .containsExactly(
            tuple("green", new ClustersConfig.Share(10, 1)),
            tuple("other", ClustersConfig.Share.WHOLE));
    KubernetesConfig cluster = config.clusters().further().getFirst().cluster();
    assertThat(cluster.kubeconfig()).isEqualTo(green);
    assertThat(cluster.nodesPerService()).isEqualTo(8);
    assertThat(cluster.leaseNamespace()).isEmpty();
    assertThat(cluster.nodeConnections()).isFalse();
    assertThat(config.kubernetes().orElseThrow().nodeConnections()).isTrue();
  }

  @Test
  void the_API_servers_are_read_in_their_order() throws Exception {
    Path kubeconfig = Files.createTempFile(directory, "kubeconfig", "");
    KubernetesConfig kubernetes =
        file("""
        headgate.kubernetes {
          kubeconfig = "%s"
          servers = ["https://cp2.example:6443/", "https://[fd00::1]:6443", "http://127.0.0.1:8001"]
          lease-namespace = edges
        }
        """
                .formatted(kubeconfig))
            .config()
            .kubernetes()
            .orElseThrow();
    assertThat(kubernetes.servers())
        .containsExactly(
            "https://cp2.example:6443", "https://[fd00::1]:6443", "http://127.0.0.1:8001");
    assertThat(kubernetes.leaseNamespace()).isEqualTo("edges");
    assertThat(kubernetes.allowInsecure()).isFalse();
  }

  @Test
  void a_route_overrides_defaults_which_override_the_built_in_ones() {
    HeadgateConfig config =
        file("""
        headgate {
          defaults { balance = random, client-affinity = 3h, idle-timeout = 5m, health { rise = 3, fall = 4 } }
          routes.web {
            port = 80, backends = ["10.0.0.1:80"]
            balance = source-hash, proxy-protocol = v2, allow = ["10.0.0.0/8"]
            connect-timeout = 250ms, max-connections = 7
            source-addresses = ["10.0.0.21-10.0.0.22", "fd00::1", "10.0.0.22/32"], health { fall = 5, type = http }
          }
        }
        """)
            .config();

    RoutePolicy policy = config.routes().getFirst().policy();
    assertThat(policy.balance()).isEqualTo(Balance.SOURCE_HASH);
    assertThat(policy.clientAffinity()).isEqualTo(Duration.ofHours(3));
    assertThat(policy.idleTimeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(policy.connectTimeout()).isEqualTo(Duration.ofMillis(250));
    assertThat(policy.proxyProtocol()).isEqualTo(ProxyProtocolMode.V2);
    assertThat(policy.allow().cidrs()).isEqualTo(Cidr.parse("10.0.0.0/8").stream().toList());
    assertThat(policy.sourceAddresses().all().stream().map(Addresses::text))
        .containsExactly("10.0.0.21", "10.0.0.22", "fd00::1");
    assertThat(policy.maxConnections()).isEqualTo(7);
    assertThat(policy.queueTimeout()).isEqualTo(RoutePolicy.DEFAULTS.queueTimeout());
    assertThat(policy.health())
        .isEqualTo(
            new HealthPolicy(
                HealthPolicy.Type.HTTP,
                0,
                "/healthz",
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                3,
                5));
  }

  @Test
  void a_route_listens_on_its_own_addresses_or_on_those_of_all() {
    HeadgateConfig config =
        file("""
        headgate {
          addresses = ["192.0.2.1", "2001:db8::1"]
          routes {
            both { port = 80, backends = ["10.0.0.1:80"] }
            own { port = 80, addresses = ["192.0.2.7"], backends = ["10.0.0.1:80"] }
            every { port = 80, addresses = ["*"], backends = ["10.0.0.1:80"] }
          }
        }
        """)
            .config();

    assertThat(config.routes().stream().map(RouteConfig::name))
        .as("the file's order")
        .containsExactly("both", "own", "every");
    assertThat(config.routes().stream().map(route -> route.listeners().toString()))
        .containsExactly("[192.0.2.1:80, [2001:db8::1]:80]", "[192.0.2.7:80]", "[*:80]");
  }

  @Test
  void pools_have_addresses_of_both_families_and_say_whom_they_serve() throws IOException {
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), "");
    LoadBalancerConfig loadBalancer =
        file("""
        headgate {
          kubernetes { kubeconfig = "%s" }
          load-balancer {
            class = example.com/front
            default-class = true, metallb = true, metallb-namespace = networking
            pools {
              public { addresses = ["203.0.113.10", "203.0.113.20 - 203.0.113.40", "2001:db8:1::/64"] }
              private {
                addresses = ["10.0.8.0/22"], auto-assign = off, avoid-buggy-ips = on, priority = 7
                namespaces = [web], namespace-selectors = ["tier=web"], service-selectors = ["team in (a, b)", "tier=front"]
              }
            }
          }
        }
        """
                .formatted(kubeconfig))
            .config()
            .loadBalancer();

    assertThat(loadBalancer.loadBalancerClass()).isEqualTo("example.com/front");
    assertThat(loadBalancer.defaultClass()).isTrue();
    assertThat(loadBalancer.metallb()).isTrue();
    assertThat(loadBalancer.metallbNamespace()).isEqualTo("networking");
    assertThat(loadBalancer.pools())
        .containsExactly(
            new PoolConfig(
                "public",
                ranges("203.0.113.10", "203.0.113.20-203.0.113.40", "2001:db8:1::/64"),
                true,
                false,
                0,
                List.of(),
                List.of()),
            new PoolConfig(
                "private",
                ranges("10.0.8.0-10.0.11.255"),
                false,
                true,
                7,
                List.of("web"),
                LabelSelector.parse("tier=web").stream().toList(),
                Stream.of("team in (a, b)", "tier=front")
                    .flatMap(text -> LabelSelector.parse(text).stream())
                    .toList()));
  }

  private static List<AddressRange> ranges(String... texts) {
    return Stream.of(texts).flatMap(text -> AddressRange.parse(text).stream()).toList();
  }

  @Test
  void variables_come_from_the_given_environment_only() {
    var file = file("headgate { name = edge-${?ROOM}, zone = ${?PATH}, workers = ${?WORKERS} }");
    assertThat(file.problems(Map.of("ROOM", "b7"))).isEmpty();
    assertThat(file.problems(Map.of("PATH", "east"))).isEmpty();
    assertThat(file.problems(Map.of("PATH", "/usr/bin")))
        .singleElement()
        .asString()
        .startsWith("1: headgate.zone: '/usr/bin' is not valid");
  }

  @Test
  void the_name_is_the_host_s_where_nothing_gives_another() throws InvalidConfigException {
    HeadgateConfig config =
        ConfigFile.read(file("headgate { name = ${?HOSTNAME} }").path(), Map.of());
    assertThat(config.name()).isNotBlank();
  }

  @Test
  void a_file_is_made_of_those_it_includes() throws IOException {
    Files.createDirectory(directory.resolve("conf.d"));
    Files.writeString(
        directory.resolve("conf.d/web.conf"),
        "headgate.routes.web {\n  prot = 80\n  backends = [\"10.0.0.1:80\"]\n}\n");
    var file = file("include \"conf.d/web.conf\"\nheadgate { workers = -1 }\n");

    assertThat(file.problems())
        .satisfiesExactly(
            own -> assertThat(own).startsWith("2: headgate.workers: "),
            missing ->
                assertThat(missing)
                    .startsWith(
                        directory.resolve("conf.d/web.conf") + ":1: headgate.routes.web.port:"),
            unknown ->
                assertThat(unknown)
                    .startsWith(
                        directory.resolve("conf.d/web.conf") + ":2: headgate.routes.web.prot:")
                    .contains("did you mean 'port'?"));
  }

  @Test
  void nothing_but_files_is_included() {
    assertThat(file("headgate {}\ninclude url(\"http://127.0.0.1:1/x.conf\")").problems())
        .containsExactly("2: include of http://127.0.0.1:1/x.conf: only files can be included");
    assertThat(file("include \"http://127.0.0.1:1/x.conf\"").problems())
        .containsExactly("1: include of http://127.0.0.1:1/x.conf: only files can be included");
    assertThat(file("include required(\"x.conf\")").problems())
        .containsExactly("1: include of x.conf: no such file");
  }

  @Test
  void a_file_that_includes_itself_is_a_problem() {
    assertThat(file("include \"edge.conf\"\nheadgate {}").problems())
        .containsExactly("1: include of edge.conf: it includes itself");
  }

  @Test
  void a_missing_file_says_so_by_the_name_it_was_given() {
    Path missing = Path.of("nowhere/../missing.conf");
    var exception =
        catchThrowableOfType(
            InvalidConfigException.class, () -> ConfigFile.read(missing, Map.of()));
    assertThat(exception.problems()).containsExactly("nowhere/../missing.conf: no such file");
  }

  @Test
  void a_file_that_is_no_text_says_so() throws IOException {
    Path binary = directory.resolve("edge.conf");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertThat(new WrittenFile(binary).problems()).singleElement().asString().contains("UTF-8");
  }

  private WrittenFile file(String text) {
    return WrittenFile.of(directory, text);
  }
}
