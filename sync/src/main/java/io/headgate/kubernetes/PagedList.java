package io.headgate.kubernetes;

import io.headgate.kubernetes.ApiClient.Listing;
import io.headgate.kubernetes.BoundedInput.TooLongException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import okhttp3.Response;

/**
 * One LIST of one server, page by page and within limits. What is read of an object is kept, its
 * JSON is not, so that a page takes little of the heap however long it is.
 *
 * <p>A page that is too long is asked for again with fewer objects; pages that expire on the way
 * (410) are asked for in one piece.
 */
final class PagedList {
  private static final int FEWER = 10;

  private final Resource resource;
  private final Pages pages;
  private final Limits limits;
  private final Map<String, Item> items = new HashMap<>();
  private final Map<String, String> versions = new HashMap<>();
  private long bytes;

  private PagedList(Resource resource, Pages pages, Limits limits) {
    this.resource = resource;
    this.pages = pages;
    this.limits = limits;
  }

  /** Where pages are asked for. */
  interface Pages {
    /**
     * Blocks until an answer begins.
     *
     * @param most objects on it; 0 for all
     * @param next the token of the page before; empty for the first
     */
    Response page(int most, String next) throws IOException;
  }

  /**
   * What is taken in at most. etcd keeps no object of more than 1.5 MiB and 8 GiB in all by
   * default; a cluster has 5,000 nodes and 10,000 Services at most (SIG Scalability), with some
   * 20,000 EndpointSlices of 40 KiB.
   *
   * @param pageBytes of one page, unpacked: 500 objects of 130 KiB
   * @param listBytes of all pages together, or of one that is not paged
   * @param objects in all
   */
  record Limits(long pageBytes, long listBytes, int objects) {
    static final Limits DEFAULT = new Limits(64L << 20, 2L << 30, 500_000);
  }

  /**
   * Asks for all of it; blocks.
   *
   * @param pageSize objects on a page to begin with; 0 for no pages
   */
  static Listing of(Resource resource, Pages pages, int pageSize, Limits limits) {
    int size = pageSize;
    while (true) {
      try {
        Listing listing = new PagedList(resource, pages, limits).listed(size);
        boolean expired =
            size > 0 && listing instanceof Listing.Failed(var failure) && failure.expired();
        if (!expired) {
          return listing;
        }
        size = 0;
      } catch (TooLongException e) {
        if (size < FEWER) {
          String how = size == 0 ? "the list of " : "a page of " + size + " ";
          return failed(how + resource.plural() + " has " + e.getMessage());
        }
        size /= FEWER;
      } catch (IOException | UncheckedIOException e) {
        return new Listing.Failed(ApiClient.failure(e));
      }
    }
  }

  private Listing listed(int size) throws IOException {
    String next = "";
    while (true) {
      try (Response response = pages.page(size, next)) {
        if (!response.isSuccessful()) {
          return new Listing.Failed(ApiClient.failure(response));
        }
        long left = limits.listBytes() - bytes;
        if (left <= 0) {
          return failed(
              "all pages of %s have more than %d MiB"
                  .formatted(resource.plural(), limits.listBytes() >> 20));
        }
        long most = size == 0 ? left : limits.pageBytes();
        var body = new BoundedInput(response.body().byteStream(), most);
        Optional<ApiJson.Page> page = ApiJson.page(body, resource);
        bytes += body.readBytes();
        if (page.isEmpty()) {
          return failed("the answer is no list of " + resource.plural());
        }
        items.putAll(page.get().items());
        versions.putAll(page.get().versions());
        if (items.size() > limits.objects()) {
          return failed("more than %d %s".formatted(limits.objects(), resource.plural()));
        }
        next = page.get().next();
        if (next.isEmpty()) {
          return new Listing.All(page.get().version(), items, versions);
        }
      }
    }
  }

  private static Listing failed(String why) {
    return new Listing.Failed(Failure.of(why));
  }
}
