package io.headgate.kubernetes;

import io.headgate.config.KubernetesConfig;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client of the API, made anew when the kubeconfig or a file that it names has changed. Any
 * thread; refreshing is one at a time.
 */
final class ApiAccess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiAccess.class);

  private final String purpose;
  private final KubernetesConfig config;
  private final WatchSettings settings;
  private FileStamps stamps = new FileStamps(Map.of());
  private boolean closed;
  private volatile @Nullable ApiClient client;
  private volatile String problem = "";
  private volatile String warning = "";

  /**
   * @param purpose for the log: "following"
   */
  ApiAccess(String purpose, KubernetesConfig config, WatchSettings settings) {
    this.purpose = purpose;
    this.config = config;
    this.settings = settings;
  }

  /** Empty while there is no kubeconfig that can be used. */
  Optional<ApiClient> client() {
    return Optional.ofNullable(client);
  }

  /** What is wrong with the kubeconfig as it is now; empty where nothing is. */
  String problem() {
    return problem;
  }

  /** What is not safe in it and was allowed; empty where nothing is. */
  String warning() {
    return warning;
  }

  /**
   * Looks at the files and, if one has changed, makes a new client. Files that cannot be used leave
   * the client that there is, and are tried again each time.
   *
   * @return whether there is a new client
   */
  synchronized boolean refresh() {
    boolean asBefore = client != null && problem.isEmpty() && !stamps.outdated();
    if (closed || asBefore) {
      return false;
    }
    try {
      Kubeconfig read = Kubeconfig.read(config);
      ApiClient before = client;
      client = ApiClient.of(read, before == null ? "" : before.server(), settings);
      stamps = read.stamps();
      problem = "";
      LOG.info("{} the cluster at {}", purpose, read);
      if (!read.warning().isEmpty() && !read.warning().equals(warning)) {
        LOG.warn("kubeconfig: {}", read.warning());
      }
      warning = read.warning();
      if (before != null) {
        before.close();
      }
      return true;
    } catch (UnusableKubeconfigException e) {
      String now = String.valueOf(e.getMessage());
      if (!now.equals(problem)) {
        LOG.warn("kubeconfig: {}", now);
      }
      problem = now;
      return false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    client().ifPresent(ApiClient::close);
  }
}
