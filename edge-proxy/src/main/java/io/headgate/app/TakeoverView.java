package io.headgate.app;

import io.headgate.config.TakeoverConfig;
import io.headgate.config.TakeoverConfig.PeerLinkConfig;
import io.headgate.config.TakeoverConfig.RouteAnnouncement;
import io.headgate.config.VrrpGroupConfig;
import io.headgate.config.VrrpGroupConfig.VirtualAddress;
import io.headgate.model.Addresses;
import io.headgate.model.IpFamily;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** The block {@code takeover} in force, in the words of the file. A password is not shown. */
final class TakeoverView {
  private static final String SECRET = "***";

  private TakeoverView() {}

  static Map<String, Object> of(TakeoverConfig takeover) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("mode", RowsOf.word(takeover.mode()));
    view.put("needs-backend", takeover.needsBackend());
    view.put("second-chance", takeover.secondChance());
    takeover.peerLink().ifPresent(link -> view.put("peer-link", link(link)));
    Map<String, Object> groups = new LinkedHashMap<>();
    takeover.groups().forEach(group -> groups.put(group.name(), group(group)));
    view.put("vrrp", Map.of("groups", groups));
    view.put("route", route(takeover.route()));
    return view;
  }

  private static Map<String, Object> link(PeerLinkConfig link) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("listen", link.listen().map(Addresses::text).orElse(""));
    view.put("peers", link.peers().stream().map(Addresses::text).toList());
    view.put("key-file", link.keyFile().toString());
    return view;
  }

  private static Map<String, Object> group(VrrpGroupConfig group) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("interface", group.interfaceName());
    view.put("router-id", group.routerId());
    view.put("priority", group.priority());
    view.put("addresses", group.addresses().stream().map(TakeoverView::text).toList());
    view.put("pools", group.pools());
    view.put("version", group.version());
    view.put("advertise-interval", ConfigView.text(group.advertiseInterval()));
    view.put("preempt", group.preempt());
    view.put("preempt-delay", ConfigView.text(group.preemptDelay()));
    view.put("peers", group.peers().stream().map(Addresses::text).toList());
    view.put("virtual-mac", group.virtualMac());
    view.put("checksum", RowsOf.word(group.checksum()));
    view.put("notify", group.notifyProgram().map(Path::toString).orElse(""));
    view.put("password", group.password().isPresent() ? SECRET : "");
    return view;
  }

  private static String text(VirtualAddress address) {
    int whole = IpFamily.of(address.address()) == IpFamily.IPV4 ? 32 : 128;
    String text = Addresses.text(address.address());
    return address.prefixBits() == whole ? text : text + "/" + address.prefixBits();
  }

  private static Map<String, Object> route(RouteAnnouncement route) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("interface", route.interfaceName());
    view.put("announce-delay", ConfigView.text(route.announceDelay()));
    view.put("withdraw-wait", ConfigView.text(route.withdrawWait()));
    return view;
  }
}
