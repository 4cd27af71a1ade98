package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.kubernetes.ApiClient.Listing;
import io.headgate.kubernetes.PagedList.Limits;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Lists of a server that knows no measure. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PagedListTest {
  private static final int OBJECT_BYTES = 1000;
  private static final Limits ROOMY = new Limits(1 << 20, 1 << 20, 1000);

  private final List<String> asked = new ArrayList<>();
  private final int objects = 25;
  private boolean expiring;
  private boolean endless;

  @Test
  void pages_are_joined() {
    assertThat(keys(list(10, ROOMY))).hasSize(25);
    assertThat(asked).containsExactly("10 from 0", "10 from 10", "10 from 20");
  }

  @Test
  void a_page_that_is_too_long_is_asked_for_with_fewer_objects() {
    assertThat(keys(list(100, new Limits(15 * OBJECT_BYTES, 1 << 20, 1000)))).hasSize(25);
    assertThat(asked).containsExactly("100 from 0", "10 from 0", "10 from 10", "10 from 20");
  }

  @Test
  void a_page_of_few_objects_that_is_still_too_long_fails_and_names_the_resource() {
    assertThat(failure(list(500, new Limits(3 * OBJECT_BYTES, 1 << 20, 1000))))
        .startsWith("a page of 5 nodes has more than");
    assertThat(asked).containsExactly("500 from 0", "50 from 0", "5 from 0");
  }

  @Test
  void pages_without_end_are_given_up() {
    endless = true;
    assertThat(failure(list(10, new Limits(1 << 20, 1 << 20, 200))))
        .isEqualTo("more than 200 nodes");
    assertThat(failure(list(10, new Limits(1 << 20, 100 * OBJECT_BYTES, 1_000_000))))
        .startsWith("all pages of nodes have more than");
  }

  @Test
  void pages_that_expire_are_asked_for_in_one_piece_which_may_be_as_long_as_all_of_them() {
    expiring = true;
    assertThat(keys(list(10, new Limits(15 * OBJECT_BYTES, 1 << 20, 1000)))).hasSize(25);
    assertThat(asked).containsExactly("10 from 0", "10 from 10", "0 from 0");
    assertThat(failure(list(10, new Limits(15 * OBJECT_BYTES, 20 * OBJECT_BYTES, 1000))))
        .startsWith("the list of nodes has more than");
  }

  @Test
  void what_is_read_does_not_depend_on_the_order_of_the_fields() throws Exception {
    String list =
        "{\"items\":[%s],\"extra\":{\"items\":[1]},\"kind\":\"NodeList\",\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"x\"}}"
            .formatted(node(1));
    var page = ApiJson.page(stream(list), Resource.NODES).orElseThrow();
    assertThat(page.items()).containsOnlyKeys("n1");
    assertThat(page.next()).isEqualTo("x");
    assertThat(page.version()).isEqualTo("7");
    assertThat(ApiJson.page(stream(list + "{}"), Resource.NODES)).isEmpty();
    assertThat(ApiJson.page(stream(list.replace("NodeList", "Status")), Resource.NODES)).isEmpty();
    assertThat(ApiJson.page(stream(list.substring(0, 300)), Resource.NODES)).isEmpty();
    assertThat(
            ApiJson.page(
                stream(
                    "{\"kind\":\"NodeList\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":null}"),
                Resource.NODES))
        .isPresent();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private Listing list(int pageSize, Limits limits) {
    return PagedList.of(Resource.NODES, this::page, pageSize, limits);
  }

  private Response page(int most, String next) {
    int from = next.isEmpty() ? 0 : Integer.parseInt(next);
    asked.add(most + " from " + from);
    if (expiring && from > 0) {
      return answer(410, "{\"kind\":\"Status\",\"code\":410,\"reason\":\"Expired\"}");
    }
    int to = most == 0 ? objects : endless ? from + most : Math.min(objects, from + most);
    String items =
        IntStream.range(from, to).mapToObj(PagedListTest::node).collect(Collectors.joining(","));
    String more = endless || to < objects ? "\"continue\":\"" + to + "\"," : "";
    return answer(
        200,
        "{\"kind\":\"NodeList\",\"apiVersion\":\"v1\",\"metadata\":{%s\"resourceVersion\":\"7\"},\"items\":[%s]}"
            .formatted(more, items));
  }

  private static String node(int number) {
    String start = "{\"metadata\":{\"name\":\"n" + number + "\",\"labels\":{\"pad\":\"";
    return start + "x".repeat(OBJECT_BYTES - start.length() - 30) + "\"}}}";
  }

  private static Response answer(int code, String body) {
    return new Response.Builder()
        .request(new Request.Builder().url("http://127.0.0.1/").build())
        .protocol(Protocol.HTTP_1_1)
        .code(code)
        .message("")
        .body(ResponseBody.create(body, MediaType.get("application/json")))
        .build();
  }

  private static Iterable<String> keys(Listing listing) {
    assertThat(listing).isInstanceOf(Listing.All.class);
    return ((Listing.All) listing).items().keySet();
  }

  private static String failure(Listing listing) {
    assertThat(listing).isInstanceOf(Listing.Failed.class);
    return ((Listing.Failed) listing).failure().text();
  }
}
