package ostler.flavor.nova;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import ostler.pci.PciId;

/** Commands of OpenStack's own client that make flavors and limits fit Ostler's aliases. */
final class NovaCommands {

  private static final String ALIAS_KEY = "alias:";
  private static final long UNLIMITED = -1;

  private final List<WrittenAlias> aliases;
  private final Map<PciId, ResourceClass> classes;
  private final boolean inPlacement;
  private final StringJoiner lines = new StringJoiner("\n", "", "\n");

  /**
   * @param classes of models whose class does not follow from their ids
   * @param inPlacement whether Placement counts PCI devices, without which no unified limit does
   */
  NovaCommands(
      List<WrittenAlias> aliases, SortedMap<PciId, ResourceClass> classes, boolean inPlacement) {
    this.aliases = aliases;
    this.classes = classes;
    this.inPlacement = inPlacement;
  }

  String of(List<NovaFlavor> flavors, Limits limits) {
    lines.add(NovaText.FIRST_LINE);
    for (WrittenAlias alias : aliases) {
      lines.add(
          "# A flavor with one " + alias.name() + ": --property " + property(requests(alias, 1)));
    }
    flavors.forEach(this::flavor);
    if (inPlacement) {
      limits(limits);
    } else {
      lines.add("# Unified limits count PCI devices only with [filter_scheduler]pci_in_placement.");
    }
    return lines.toString();
  }

  private static List<AliasRequest> requests(WrittenAlias alias, int count) {
    List<AliasRequest> requests = new ArrayList<>();
    requests.add(new AliasRequest(alias.name(), count));
    alias
        .companions()
        .values()
        .forEach(
            companion ->
                requests.add(new AliasRequest(companion.name(), companion.each() * count)));
    return requests;
  }

  private static String property(List<AliasRequest> requests) {
    return quoted(AliasRequest.KEY + '=' + AliasRequest.written(requests));
  }

  /** What is asked for besides stays as it is. */
  private void flavor(NovaFlavor flavor) {
    SortedMap<String, Integer> asked = new TreeMap<>();
    flavor.requests().forEach(r -> asked.merge(r.alias(), r.count(), Integer::sum));
    List<AliasRequest> wanted = new ArrayList<>();
    Set<String> ours = new HashSet<>();
    Map<String, Integer> companions = new LinkedHashMap<>();
    for (WrittenAlias alias : aliases) {
      int count = flavor.count(alias.name());
      ours.add(alias.name());
      alias.companions().values().forEach(companion -> ours.add(companion.name()));
      if (count > 0) {
        List<AliasRequest> both = requests(alias, count);
        wanted.add(both.get(0));
        both.stream().skip(1).forEach(r -> companions.merge(r.alias(), r.count(), Integer::sum));
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    companions.forEach((name, count) -> wanted.add(new AliasRequest(name, count)));
    asked.forEach(
        (name, count) -> {
          if (!ours.contains(name)) {
            wanted.add(new AliasRequest(name, count));
          }
        });
    SortedMap<String, Integer> then = new TreeMap<>();
    wanted.forEach(r -> then.put(r.alias(), r.count()));
    if (!then.equals(asked)) {
      lines.add(
          "openstack flavor set --property " + property(wanted) + ' ' + quoted(flavor.name()));
    }
  }

  /** Unified limits count resource classes, so two aliases of one class share theirs. */
  private void limits(Limits limits) {
    Map<ResourceClass, List<String>> users = new LinkedHashMap<>();
    for (WrittenAlias alias : aliases) {
      classes(alias)
          .forEach(
              (name, each) ->
                  users.computeIfAbsent(name, n -> new ArrayList<>()).add(alias.name()));
    }
    users.forEach(
        (name, of) -> {
          if (of.size() > 1) {
            lines.add(
                "# "
                    + name
                    + " is counted for "
                    + String.join(" and ", of)
                    + " together, so no limit of one of them can be said.");
          } else {
            lines.add(
                "openstack registered limit create --service nova --default-limit 0 "
                    + quoted("class:" + name));
          }
        });
    for (WrittenAlias alias : aliases) {
      Map<ResourceClass, Integer> counted = classes(alias);
      counted.keySet().removeIf(name -> users.get(name).size() > 1);
      limits
          .projects()
          .forEach(
              (project, node) ->
                  Optional.ofNullable(node.limits().get(ALIAS_KEY + alias.name()))
                      .ifPresent(limit -> limit(project, limit, counted)));
    }
  }

  private void limit(String project, long limit, Map<ResourceClass, Integer> counted) {
    counted.forEach(
        (name, each) ->
            lines.add(
                "openstack limit create --service nova --project "
                    + quoted(project)
                    + " --resource-limit "
                    + (limit == UNLIMITED ? limit : limit * each)
                    + ' '
                    + quoted("class:" + name)));
  }

  /** The classes that one unit of an alias is counted as, and how often. */
  private Map<ResourceClass, Integer> classes(WrittenAlias alias) {
    Map<ResourceClass, Integer> counted = new LinkedHashMap<>();
    alias.models().forEach(id -> counted.put(classOf(id), 1));
    alias.companions().forEach((id, companion) -> counted.put(classOf(id), companion.each()));
    return counted;
  }

  private ResourceClass classOf(PciId id) {
    ResourceClass own = classes.get(id);
    return own == null ? ResourceClass.of(id) : own;
  }

  /** As a shell takes it for one word. */
  private static String quoted(String text) {
    return text.matches("[A-Za-z0-9_.:=,@%+/-]+") ? text : '\'' + text.replace("'", "'\\''") + '\'';
  }
}
