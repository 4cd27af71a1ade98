package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.config.KubernetesConfig;
import io.headgate.config.KubernetesConfig.NodeAddress;
import io.headgate.config.KubernetesConfig.NodeExclusion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class KubeconfigTest {
  private static final String SECRET = "s3cr3t-t0ken";

  @TempDir Path directory;

  @Test
  void the_current_context_is_read() throws Exception {
    Kubeconfig read = read("server: http://127.0.0.1:8001", "token: " + SECRET, "");
    assertThat(read.servers()).containsExactly("http://127.0.0.1:8001");
    assertThat(read.authorization()).isEqualTo("Bearer " + SECRET);
    assertThat(read.toString()).doesNotContain(SECRET);
  }

  @Test
  void another_context_can_be_named() throws Exception {
    assertThat(read("server: https://a", "token: x", "other").servers())
        .containsExactly("https://b:6443");
    assertThatThrownBy(() -> read("server: https://a", "token: x", "none"))
        .isInstanceOf(UnusableKubeconfigException.class)
        .hasMessageContaining("has no context 'none'");
  }

  @Test
  void a_tokenFile_beside_it_goes_before_the_token() throws Exception {
    Files.writeString(directory.resolve("my.token"), SECRET + "\n");
    Kubeconfig read = read("server: https://a", "{token: old, tokenFile: my.token}", "");
    assertThat(read.authorization()).isEqualTo("Bearer " + SECRET);
    assertThat(read.stamps().stamps()).containsKey(directory.resolve("my.token"));
  }

  @Test
  void files_are_looked_for_beside_the_kubeconfig() throws Exception {
    Kubeconfig read =
        read(
            "{server: 'https://a', certificate-authority: pki/ca.crt}",
            "{client-certificate: /etc/x.crt, client-key: x.key}",
            "");
    assertThat(read.config().getCaCertFile()).isEqualTo(directory.resolve("pki/ca.crt").toString());
    assertThat(read.config().getClientCertFile()).isEqualTo("/etc/x.crt");
    assertThat(read.authorization()).isEmpty();
    assertThat(read.stamps().stamps()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server: https://a | exec: {command: touch, args: [%s/executed]} | exec plugin",
        "server: https://a | auth-provider: {name: gcp} | auth-provider",
        "server: https://a | {as: admin, token: s3cr3t-t0ken} | another user",
        "server: https://a | token: 's3cr3t-t0ken \\x' | characters that no token has",
        "{server: 'https://a', insecure-skip-tls-verify: true} | token: x | insecure-skip-tls",
        "server: https://a | exec: {command: touch} | give a tokenFile",
        "server: http://10.0.0.1:6443 | token: s3cr3t-t0ken | is not encrypted; use https://",
        "server: http://api.example:6443 | token: x | kubernetes.allow-insecure = true",
        "server: https://me:s3cr3t-t0ken@a | token: x | names no server",
        "server: ftp://a | token: x | names no server",
        "{} | token: x | names no server",
      })
  void what_is_unsafe_or_unknown_is_refused_by_name(String cluster, String user, String message) {
    assertThatThrownBy(() -> read(cluster, user.formatted(directory), ""))
        .isInstanceOf(UnusableKubeconfigException.class)
        .hasMessageContaining(message.strip())
        .hasMessageContaining("kubeconfig")
        .hasMessageNotContaining(SECRET);
    assertThat(directory.resolve("executed")).doesNotExist();
  }

  @Test
  void a_broken_file_is_not_quoted() throws Exception {
    Path file = directory.resolve("kubeconfig");
    for (String text : new String[] {"token: " + SECRET + "\n\t: [", "{" + SECRET, "", "[]"}) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> Kubeconfig.read(config(file, "", List.of(), true)))
          .isInstanceOf(UnusableKubeconfigException.class)
          .hasMessageContaining("kubeconfig")
          .hasMessageNotContaining(SECRET);
    }
    Files.delete(file);
    assertThatThrownBy(() -> Kubeconfig.read(config(file, "", List.of(), false)))
        .hasMessageContaining("cannot read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{name: one}", "{name: one, context: null}", "null, {name: one}"})
  void a_context_with_nothing_in_it_is_the_operators_mistake(String contexts) throws Exception {
    Path file = directory.resolve("kubeconfig");
    Files.writeString(file, "contexts: [" + contexts + "]\ncurrent-context: one\n");
    assertThatThrownBy(() -> Kubeconfig.read(config(file, "", List.of(), false)))
        .isInstanceOf(UnusableKubeconfigException.class)
        .hasMessageContaining("has nothing in its context 'one'");
  }

  @Test
  void servers_of_our_own_configuration_stand_in_for_the_kubeconfigs() throws Exception {
    List<String> servers = List.of("https://10.0.0.1:6443", "https://10.0.0.2:6443");
    Path file = write("{server: 'https://a', tls-server-name: api.example}", "token: " + SECRET);
    Kubeconfig read = Kubeconfig.read(config(file, "", servers, false));
    assertThat(read.servers()).isEqualTo(servers);
    assertThat(read.tlsServerName()).isEqualTo("api.example");
    assertThat(read.authorization()).endsWith(SECRET);
    Path without = write("{certificate-authority: ca.crt}", "token: x");
    assertThat(Kubeconfig.read(config(without, "", servers, false)).servers()).isEqualTo(servers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{server: 'https://a', insecure-skip-tls-verify: true} | certificate is not verified",
        "server: http://10.0.0.1:6443 | http://10.0.0.1:6443 is not encrypted",
      })
  void what_was_allowed_although_it_is_unsafe_is_warned_of(String cluster, String warning)
      throws Exception {
    Path file = write(cluster, "token: " + SECRET);
    assertThat(Kubeconfig.read(config(file, "", List.of(), true)).warning())
        .contains(warning.strip())
        .doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:8001",
        "http://localhost:8001",
        "http://[::1]:8001",
        "https://a"
      })
  void on_this_host_or_encrypted_there_is_nothing_to_warn_of(String server) throws Exception {
    assertThat(read("server: '" + server + "'", "token: x", "").warning()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://127.0.0.1.example.com", "http://localhost.example", "http://1"})
  void a_name_that_only_begins_like_this_host_is_another(String server) {
    assertThatThrownBy(() -> read("server: '" + server + "'", "token: x", ""))
        .hasMessageContaining("is not encrypted");
  }

  private Kubeconfig read(String cluster, String user, String context) throws Exception {
    return Kubeconfig.read(config(write(cluster, user), context, List.of(), false));
  }

  private static KubernetesConfig config(
      Path file, String context, List<String> servers, boolean allowInsecure) {
    return new KubernetesConfig(
        file,
        context,
        servers,
        allowInsecure,
        List.of(),
        KubernetesConfig.DEFAULT_LEASE_NAMESPACE,
        NodeAddress.INTERNAL,
        NodeExclusion.AUTO,
        KubernetesConfig.DEFAULT_NODES_PER_SERVICE,
        false);
  }

  private Path write(String cluster, String user) throws Exception {
    Path file = directory.resolve("kubeconfig");
    return Files.writeString(
        file,
        """
        apiVersion: v1
        kind: Config
        clusters:
        - {name: c1, cluster: %s}
        - {name: c2, cluster: {server: "https://b:6443"}}
        users:
        - {name: u1, user: %s}
        contexts:
        - {name: one, context: {cluster: c1, user: u1}}
        - {name: other, context: {cluster: c2, user: u1}}
        current-context: one
        """
            .formatted(braced(cluster), braced(user)));
  }

  private static String braced(String yaml) {
    String text = yaml.strip();
    return text.startsWith("{") ? text : "{" + text + "}";
  }
}
