package io.headgate.cli;

import io.headgate.admin.AddressesView.GroupView;
import java.util.List;

/** Groups of addresses, and where the edge stands in the election of each. */
final class GroupTable {
  private GroupTable() {}

  static Table of(List<GroupView> groups) {
    Table table = new Table("GROUP", "ROLE", "#FOR", "#PRIORITY", "OWNER", "ADDRESSES", "WHY");
    for (GroupView group : groups) {
      table.row(
          group.group(),
          group.role(),
          group.sinceSeconds() + "s",
          group.effectivePriority() == group.priority()
              ? "" + group.priority()
              : group.effectivePriority() + "/" + group.priority(),
          group.role().equals("active") ? "here" : group.owner(),
          String.join(",", group.addresses()),
          why(group));
    }
    return table;
  }

  private static String why(GroupView group) {
    String why = group.why();
    if (!group.unfit().isEmpty() && !why.equals(group.unfit())) {
      why += "; " + group.unfit();
    }
    if (group.handedOver()) {
      why += "; handed over by headgate failover";
    }
    return group.problems().isEmpty() ? why : why + "; " + String.join("; ", group.problems());
  }
}
