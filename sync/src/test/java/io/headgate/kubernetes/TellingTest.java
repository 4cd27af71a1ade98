package io.headgate.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.headgate.kubernetes.ApiClient.Answer;
import io.headgate.model.Addresses;
import io.headgate.model.ClusterService;
import io.headgate.model.ClusterService.Port;
import io.headgate.model.ClusterSnapshot;
import io.headgate.model.ServiceKey;
import io.headgate.model.ServiceReport;
import io.headgate.model.ServiceReport.Level;
import io.headgate.model.ServiceReport.PortProblem;
import io.headgate.model.ServiceReport.Remark;
import io.headgate.model.ServiceRequest;
import io.headgate.model.ServiceRequest.FamilyPolicy;
import io.headgate.model.ServiceRequest.Given;
import io.headgate.model.ServiceRequest.GivenPort;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** What is due to be written, without a server and a clock. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class TellingTest {
  private static final ServiceKey WEB = new ServiceKey("shop", "web");
  private static final Given OURS = new Given("203.0.113.10", "", "Proxy");
  private static final Given FOREIGN = new Given("198.51.100.1", "", "VIP");
  private static final WriterStatus.Lease LEASE =
      new WriterStatus.Lease("headgate", "headgate-edge", "a", "a", true, "", Duration.ZERO);

  private final AtomicInteger names = new AtomicInteger();
  private final Telling telling =
      new Telling(WriterSettings.DEFAULT, () -> "n" + names.incrementAndGet(), 0);
  private long nowNs;
  private int version = 100;

  @Test
  void an_address_is_written_once_and_not_again_when_the_watch_has_told_it() throws Exception {
    assertThat(look(report("203.0.113.10"), List.of())).containsExactly(say(List.of(), OURS));
    succeed(say(List.of(), OURS));
    assertThat(look(report("203.0.113.10"), List.of())).as("the watch is behind").isEmpty();
    pass(4);
    assertThat(look(report("203.0.113.10"), List.of(OURS))).isEmpty();
    pass(3600);
    assertThat(look(report("203.0.113.10"), List.of(OURS))).isEmpty();
  }

  @Test
  void what_the_status_says_already_is_adopted_however_it_is_spelled() {
    Given spelled = new Given("2001:DB8:0:0::1", "", "Proxy");
    assertThat(look(report("2001:db8::1"), List.of(spelled))).isEmpty();
    assertThat(look(report("2001:db8::2"), List.of(spelled))).hasSize(1);
  }

  @Test
  void the_mode_and_the_order_of_addresses_count() {
    Given vip = new Given("203.0.113.10", "", "VIP");
    Given second = new Given("2001:db8::1", "", "Proxy");
    assertThat(look(report("203.0.113.10"), List.of(vip))).hasSize(1);
    assertThat(look(report("203.0.113.10", "2001:db8::1"), List.of(second, OURS))).hasSize(1);
    assertThat(look(report("203.0.113.10", "2001:db8::1"), List.of(OURS, second))).isEmpty();
  }

  @Test
  void an_address_that_is_taken_away_is_cleared() {
    assertThat(look(report(), List.of(OURS))).containsExactly(say(List.of(OURS)));
    assertThat(Ingress.patch("u1", List.of()).toString())
        .isEqualTo(
            "{\"metadata\":{\"uid\":\"u1\"},\"status\":{\"loadBalancer\":{\"ingress\":[]}}}");
  }

  @Test
  void ports_are_listed_when_one_is_not_served_and_then_all_of_them() {
    var problem = new PortProblem("TCP", 443, "headgate.io/PortInUse");
    var told = report(List.of("203.0.113.10"), List.of(problem), List.of());
    Given wanted =
        new Given(
            "203.0.113.10",
            "",
            "Proxy",
            List.of(
                new GivenPort("TCP", 80, ""), new GivenPort("TCP", 443, "headgate.io/PortInUse")));
    assertThat(look(told, List.of(OURS))).containsExactly(say(List.of(OURS), wanted));
    assertThat(Ingress.patch("u1", List.of(wanted)).at("/status/loadBalancer/ingress/0/ports"))
        .hasToString(
            "[{\"port\":80,\"protocol\":\"TCP\"},"
                + "{\"port\":443,\"protocol\":\"TCP\",\"error\":\"headgate.io/PortInUse\"}]");
    assertThat(look(report("203.0.113.10"), List.of(wanted))).as("served again").hasSize(1);
  }

  @Test
  void a_Service_made_anew_or_deleted_or_of_another_type_is_not_written() {
    var told = report("203.0.113.10");
    assertThat(look(told, service("u2", ClusterService.Type.LOAD_BALANCER, false, List.of())))
        .isEmpty();
    assertThat(look(told, service("u1", ClusterService.Type.NODE_PORT, false, List.of())))
        .isEmpty();
    assertThat(look(told, service("u1", ClusterService.Type.LOAD_BALANCER, true, List.of())))
        .isEmpty();
    assertThat(telling.look(new ClusterReport(Map.of(WEB, told), ClusterSnapshot.EMPTY), nowNs))
        .isEmpty();
  }

  @Test
  void after_the_fourth_rewriting_by_another_in_a_minute_it_is_let_alone_for_ten()
      throws Exception {
    var told = report("203.0.113.10");
    succeedAll(look(told, List.of()));
    for (int rewrites = 1; rewrites <= 3; rewrites++) {
      pass(5);
      assertThat(look(told, List.of(OURS))).isEmpty();
      List<Deed> again = look(told, List.of(FOREIGN));
      assertThat(again).as("rewrite %d", rewrites).containsExactly(say(List.of(FOREIGN), OURS));
      succeedAll(again);
    }
    pass(5);
    look(told, List.of(OURS));
    List<Deed> fourth = look(told, List.of(FOREIGN));
    assertThat(status(fourth)).isEmpty();
    assertThat(posted(fourth)).containsExactly("StatusConflict");
    assertThat(status().contested()).containsExactly(WEB);
    assertThat(status().conflicts()).isEqualTo(1);
    pass(599);
    assertThat(status(look(told, List.of(FOREIGN)))).isEmpty();
    pass(1);
    assertThat(status(look(told, List.of(FOREIGN)))).hasSize(1);
    assertThat(status().contested()).isEmpty();
  }

  @Test
  void a_rival_that_is_quicker_than_the_watch_is_noticed_too() throws Exception {
    var told = report("203.0.113.10");
    succeedAll(look(told, List.of(FOREIGN)));
    for (int rewrites = 1; rewrites <= 3; rewrites++) {
      assertThat(look(told, List.of(FOREIGN))).isEmpty();
      pass(5);
      succeedAll(look(told, List.of(FOREIGN)));
    }
    // the watch has never told our value in between: only the versions give the rival away
    pass(5);
    assertThat(status(look(told, List.of(FOREIGN)))).isEmpty();
    assertThat(status().contested()).containsExactly(WEB);
  }

  @Test
  void a_watch_that_is_behind_is_no_rival() throws Exception {
    var told = report("203.0.113.10");
    succeedAll(look(told, List.of()));
    for (int i = 0; i < 8; i++) {
      pass(5);
      List<Deed> again = look(told, List.of());
      assertThat(again).hasSize(1);
      version--; // nothing has changed on the server since
      succeedAll(again);
    }
    assertThat(status().conflicts()).isZero();
  }

  @Test
  void a_server_that_drops_ipMode_is_written_once_and_told_of_once() throws Exception {
    Given without = new Given("203.0.113.10", "", "");
    var told = report("203.0.113.10");
    List<Deed> first = look(told, List.of());
    telling.answered(first.getFirst(), answer("{\"ip\":\"203.0.113.10\"}"), nowNs);
    assertThat(status().ipModeDropped()).isTrue();
    pass(10);
    List<Deed> then = look(told, List.of(without));
    assertThat(status(then)).isEmpty();
    assertThat(posted(then)).containsExactly("IPModeNotSupported");
    succeedAll(then);
    pass(600);
    assertThat(look(told, List.of(without))).isEmpty();
  }

  @Test
  void a_server_that_has_learnt_ipMode_is_written_again() throws Exception {
    var told = report("203.0.113.10");
    telling.answered(look(told, List.of()).getFirst(), answer("{\"ip\":\"203.0.113.10\"}"), nowNs);
    pass(10);
    Given defaulted = new Given("203.0.113.10", "", "VIP");
    List<Deed> again = status(look(told, List.of(defaulted)));
    assertThat(again).hasSize(1);
    succeedAll(again);
    assertThat(status().ipModeDropped()).isFalse();
  }

  @Test
  void a_failure_is_tried_again_later_and_later_up_to_half_a_minute() {
    var told = report("203.0.113.10");
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      List<Deed> due = look(told, List.of());
      assertThat(due).as("before a pause of %d s", seconds).hasSize(1);
      fail(due.getFirst(), 500, "");
      pass(seconds - 0.01);
      assertThat(look(told, List.of())).isEmpty();
      pass(0.01);
    }
  }

  @Test
  void a_server_that_asks_for_patience_gets_it_for_everything() {
    Deed deed = look(report("203.0.113.10"), List.of()).getFirst();
    telling.answered(
        deed, new Answer.Failed(new Failure(429, "slow down", Duration.ofSeconds(7))), nowNs);
    pass(6.9);
    assertThat(telling.paused(nowNs)).isTrue();
    pass(0.1);
    assertThat(telling.paused(nowNs)).isFalse();
    assertThat(telling.permits(deed, nowNs)).isTrue();
  }

  @Test
  void a_missing_right_is_named_and_stops_only_its_namespace() throws Exception {
    Deed web = say(List.of(), OURS);
    Deed blog = new Deed.SayStatus(new ServiceKey("blog", "web"), "u9", List.of(OURS), List.of());
    fail(web, 403, "403 Forbidden: cannot patch");
    assertThat(status().missingRights()).containsExactly("patch services/status in shop");
    assertThat(telling.permits(web, nowNs)).isFalse();
    assertThat(telling.permits(blog, nowNs)).isTrue();
    pass(1);
    assertThat(telling.permits(web, nowNs)).as("a server that has just started").isTrue();
    for (int i = 0; i < 6; i++) {
      fail(web, 403, "403 Forbidden: cannot patch");
    }
    pass(59);
    assertThat(telling.permits(web, nowNs)).isFalse();
    pass(1);
    assertThat(telling.permits(web, nowNs)).isTrue();
    succeed(web);
    assertThat(status().missingRights()).isEmpty();
    assertThat(status().lastError()).isEmpty();
  }

  @Test
  void no_more_than_twenty_statuses_are_written_in_a_second_the_oldest_first() {
    Map<ServiceKey, ServiceReport> reports = new HashMap<>();
    Map<ServiceKey, ClusterService> services = new HashMap<>();
    add(reports, services, IntStream.range(0, 500));
    telling.look(new ClusterReport(reports, new ClusterSnapshot(Map.of(), services, Map.of())), 0);
    pass(1);
    add(reports, services, IntStream.range(500, 1000));
    var report = new ClusterReport(reports, new ClusterSnapshot(Map.of(), services, Map.of()));
    List<Deed> due = telling.look(report, nowNs);
    assertThat(due).hasSize(1000);
    assertThat(due.subList(0, 500)).allMatch(deed -> number(deed) < 500);
    int written = 0;
    for (int millis = 0; millis < 10_000; millis += 10) {
      pass(0.01);
      written += (int) due.stream().filter(deed -> telling.permits(deed, nowNs)).count();
    }
    assertThat(written).isBetween(220, 245);
  }

  @Test
  void a_remark_is_told_once_while_it_stands() throws Exception {
    var told = remarks(warning("AddressPending", "no pool has a free address"));
    List<Deed> due = look(told, List.of());
    assertThat(posted(due)).containsExactly("AddressPending");
    succeedAll(due);
    pass(1000);
    assertThat(look(told, List.of())).isEmpty();
  }

  @Test
  void a_remark_that_comes_back_is_counted_in_the_same_Event_after_five_minutes() throws Exception {
    var told = remarks(warning("AddressPending", "no pool has a free address"));
    succeedAll(look(told, List.of()));
    for (int i = 0; i < 4; i++) {
      pass(10);
      look(remarks(), List.of());
      assertThat(look(told, List.of())).as("too early").isEmpty();
    }
    pass(260);
    assertThat(look(told, List.of()))
        .containsExactly(new Deed.CountEvent(WEB, "AddressPending", "web.n1", 5));
  }

  @Test
  void what_lasted_but_a_moment_is_told_all_the_same_and_once() throws Exception {
    var allocated = new Remark(Level.NORMAL, "IPAllocated", "203.0.113.10 of pool public");
    var told = report(List.of("203.0.113.10"), List.of(), List.of(allocated));
    List<Deed> due = look(told, List.of());
    succeed(due.getFirst()); // the status, and before the Event the watch tells what we wrote
    List<Deed> left = look(report("203.0.113.10"), List.of(OURS));
    assertThat(posted(left)).containsExactly("IPAllocated");
    succeedAll(left);
    pass(1000);
    assertThat(look(report("203.0.113.10"), List.of(OURS))).isEmpty();
  }

  @Test
  void nobody_is_warned_of_what_is_over() {
    look(remarks(warning("NoEndpoints", "none")), List.of());
    assertThat(look(remarks(), List.of())).isEmpty();
  }

  @Test
  void an_Event_counts_its_own_message_only() {
    look(remarks(warning("AddressPending", "no pool")), List.of());
    assertThat(look(remarks(warning("AddressPending", "the pool is full")), List.of()))
        .singleElement()
        .isInstanceOfSatisfying(
            Deed.PostEvent.class, post -> assertThat(post.count()).isEqualTo(1));
  }

  @Test
  void another_message_is_another_Event_and_not_sooner() throws Exception {
    succeedAll(look(remarks(warning("AddressPending", "no pool")), List.of()));
    var other = remarks(warning("AddressPending", "the pool is full"));
    assertThat(look(other, List.of())).isEmpty();
    pass(300);
    assertThat(posted(look(other, List.of()))).containsExactly("AddressPending");
  }

  @Test
  void a_Warning_that_stands_is_told_again_before_the_cluster_forgets_it() throws Exception {
    var told =
        remarks(warning("AddressPending", "no pool"), new Remark(Level.NORMAL, "Ensured", "ok"));
    succeedAll(look(told, List.of()));
    pass(1799);
    assertThat(look(told, List.of())).isEmpty();
    pass(1);
    List<Deed> again = look(told, List.of());
    assertThat(again).containsExactly(new Deed.CountEvent(WEB, "AddressPending", "web.n1", 2));
    fail(again.getFirst(), 404, "404 NotFound: events \"web.n1\" not found");
    assertThat(posted(look(told, List.of()))).containsExactly("AddressPending");
  }

  @Test
  void several_remarks_for_one_reason_are_one_Event() {
    var told = remarks(warning("UnknownAnnotation", "a"), warning("UnknownAnnotation", "b"));
    assertThat(look(told, List.of()))
        .singleElement()
        .isInstanceOfSatisfying(
            Deed.PostEvent.class, post -> assertThat(post.remark().message()).isEqualTo("a; b"));
  }

  @Test
  void of_a_flood_of_remarks_the_Normal_ones_are_dropped_and_counted_and_the_Warnings_wait() {
    List<Deed> due = flood(Level.NORMAL);
    assertThat(due.stream().filter(deed -> telling.permits(deed, nowNs))).hasSize(50);
    assertThat(status().eventsDropped()).isEqualTo(950);
    assertThat(flood(Level.NORMAL)).as("those told, and not answered yet").hasSize(50);
    List<Deed> warnings = flood(Level.WARNING, "again");
    assertThat(warnings).hasSize(1000);
    assertThat(warnings.stream().filter(deed -> telling.permits(deed, nowNs))).isEmpty();
    assertThat(status().eventsDropped()).isEqualTo(950);
    assertThat(flood(Level.WARNING, "again")).hasSize(1000);
  }

  private List<Deed> flood(Level level) {
    return flood(level, "m");
  }

  private List<Deed> flood(Level level, String message) {
    Map<ServiceKey, ServiceReport> reports = new HashMap<>();
    Map<ServiceKey, ClusterService> services = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      var key = new ServiceKey("shop", "s" + i);
      var remark = new Remark(level, "R", message);
      reports.put(key, new ServiceReport(key, "u1", List.of(), List.of(), List.of(remark)));
      services.put(key, service(key, "u1", ClusterService.Type.NODE_PORT, false, List.of()));
    }
    return telling.look(
        new ClusterReport(reports, new ClusterSnapshot(Map.of(), services, Map.of())), nowNs);
  }

  private static void add(
      Map<ServiceKey, ServiceReport> reports,
      Map<ServiceKey, ClusterService> services,
      IntStream numbers) {
    numbers.forEach(i -> {
      var key = new ServiceKey("shop", "s" + i);
      var address = Addresses.parse("203.0.113.10").orElseThrow();
      reports.put(key, new ServiceReport(key, "u1", List.of(address), List.of(), List.of()));
      services.put(key, service(key, "u1", ClusterService.Type.LOAD_BALANCER, false, List.of()));
    });
  }

  private static int number(Deed deed) {
    return Integer.parseInt(deed.service().name().substring(1));
  }

  private List<Deed> look(ServiceReport told, List<Given> there) {
    return look(told, service("u1", ClusterService.Type.LOAD_BALANCER, false, there));
  }

  private List<Deed> look(ServiceReport told, ClusterService service) {
    var cluster = new ClusterSnapshot(Map.of(), Map.of(WEB, service), Map.of());
    return telling.look(new ClusterReport(Map.of(WEB, told), cluster), nowNs);
  }

  private void succeedAll(List<Deed> deeds) throws JsonProcessingException {
    for (Deed deed : deeds) {
      succeed(deed);
    }
  }

  private void succeed(Deed deed) throws JsonProcessingException {
    telling.answered(deed, answer("{\"ip\":\"203.0.113.10\",\"ipMode\":\"Proxy\"}"), nowNs);
  }

  private void fail(Deed deed, int code, String text) {
    telling.answered(deed, new Answer.Failed(new Failure(code, text, Duration.ZERO)), nowNs);
  }

  private Answer answer(String ingress) throws JsonProcessingException {
    version++;
    return new Answer.Done(
        ApiJson.MAPPER.readTree(
            "{\"metadata\":{\"resourceVersion\":\"%d\"},\"status\":{\"loadBalancer\":{\"ingress\":[%s]}}}"
                .formatted(version, ingress)));
  }

  private void pass(double seconds) {
    nowNs += Math.round(seconds * 1e9);
  }

  private WriterStatus status() {
    return telling.status(LEASE, 0);
  }

  private static List<Deed> status(List<Deed> due) {
    return due.stream().filter(Deed.SayStatus.class::isInstance).toList();
  }

  private static List<String> posted(List<Deed> due) {
    return due.stream()
        .filter(Deed.PostEvent.class::isInstance)
        .map(deed -> ((Deed.PostEvent) deed).remark().reason())
        .toList();
  }

  private static Deed say(List<Given> there, Given... wanted) {
    return new Deed.SayStatus(WEB, "u1", List.of(wanted), there);
  }

  private static Remark warning(String reason, String message) {
    return new Remark(Level.WARNING, reason, message);
  }

  private static ServiceReport remarks(Remark... remarks) {
    return report(List.of(), List.of(), List.of(remarks));
  }

  private static ServiceReport report(String... addresses) {
    return report(List.of(addresses), List.of(), List.of());
  }

  private static ServiceReport report(
      List<String> addresses, List<PortProblem> problems, List<Remark> remarks) {
    return new ServiceReport(
        WEB,
        "u1",
        addresses.stream().map(text -> Addresses.parse(text).orElseThrow()).toList(),
        problems,
        remarks);
  }

  private static ClusterService service(
      String uid, ClusterService.Type type, boolean deleting, List<Given> there) {
    return service(WEB, uid, type, deleting, there);
  }

  private static ClusterService service(
      ServiceKey key, String uid, ClusterService.Type type, boolean deleting, List<Given> there) {
    return new ClusterService(
        key,
        uid,
        type,
        false,
        0,
        List.of(new Port("http", "TCP", 80, 30080), new Port("https", "TCP", 443, 30443)),
        new ServiceRequest(
            "headgate.io/edge",
            "",
            List.of(),
            Duration.ZERO,
            List.of(),
            List.of(),
            FamilyPolicy.SINGLE_STACK,
            Map.of(),
            Map.of(),
            Instant.EPOCH,
            deleting,
            there));
  }
}
