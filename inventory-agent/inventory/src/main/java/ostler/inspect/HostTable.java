package ostler.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import ostler.inventory.HostInventory;
import ostler.inventory.LockedAttributes;
import ostler.inventory.MdevType;
import ostler.inventory.PciFunction;
import ostler.pci.PciNames;

/** A host as a table for people: what can be handed out, and the rest in a line. */
final class HostTable {

  private static final List<String> HEAD =
      List.of("ADDRESS", "KIND", "NAME", "DRIVER", "GROUP", "NUMA", "RESET", "LINK", "NOTES");

  private static final List<String> MDEV_HEAD =
      List.of("PARENT", "TYPE", "NAME", "FREE", "API", "DESCRIPTION");

  private final HostInventory host;
  private final Words words;

  HostTable(HostInventory host, PciNames names) {
    this.host = host;
    this.words = new Words(host, names);
  }

  String render(boolean all) {
    List<PciFunction> shown =
        host.functions().stream().filter(function -> all || isWorthShowing(function)).toList();
    StringBuilder out = new StringBuilder(words.headline()).append('\n');
    if (!shown.isEmpty()) {
      out.append('\n').append(aligned(HEAD, shown.stream().map(this::row).toList()));
    }
    List<List<String>> types = shown.stream().flatMap(f -> mdevRows(f).stream()).toList();
    if (!types.isEmpty()) {
      out.append('\n').append(aligned(MDEV_HEAD, types));
    }
    List<PciFunction> hidden = new ArrayList<>(host.functions());
    hidden.removeAll(shown);
    if (!hidden.isEmpty()) {
      out.append("\nNot shown (--all shows them): ").append(counted(hidden)).append(".\n");
    }
    words.advice().forEach(sentence -> out.append('\n').append(sentence).append('\n'));
    return out.toString();
  }

  /** What a tenant might want; a virtual function is told of by its parent. */
  private static boolean isWorthShowing(PciFunction function) {
    boolean wanted = function.pciClass().computes() || function.pciClass().isNvme();
    return wanted && !function.isVirtualFunction();
  }

  private List<String> row(PciFunction function) {
    return List.of(
        function.address().toString(),
        words.kind(function),
        words.name(function),
        words.driver(function),
        words.group(function),
        words.numaNode(function),
        words.resets(function),
        words.link(function),
        String.join("; ", words.notes(function)));
  }

  private static List<List<String>> mdevRows(PciFunction function) {
    List<List<String>> rows = new ArrayList<>();
    for (MdevType type : function.locked().map(LockedAttributes::mdevTypes).orElse(List.of())) {
      List<String> row = new ArrayList<>(List.of(function.address().toString()));
      row.addAll(Words.mdevType(type));
      rows.add(row);
    }
    return rows;
  }

  /** The functions by kind, with their numbers: {@code 4 PCI bridge, 1 Audio device}. */
  private String counted(List<PciFunction> functions) {
    Map<String, Long> kinds =
        functions.stream()
            .collect(
                Collectors.groupingBy(this::kindOrVirtual, TreeMap::new, Collectors.counting()));
    return kinds.entrySet().stream()
        .map(kind -> kind.getValue() + " " + kind.getKey())
        .collect(Collectors.joining(", "));
  }

  private String kindOrVirtual(PciFunction function) {
    return function.isVirtualFunction() ? "virtual functions" : words.kind(function);
  }

  private static String aligned(List<String> head, List<List<String>> rows) {
    List<List<String>> lines = new ArrayList<>(List.of(head));
    lines.addAll(rows);
    List<Integer> widths = new ArrayList<>();
    for (int column = 0; column < head.size(); column++) {
      int at = column;
      widths.add(lines.stream().mapToInt(line -> line.get(at).length()).max().orElse(0));
    }
    Function<List<String>, String> pad =
        line -> {
          StringBuilder text = new StringBuilder();
          for (int column = 0; column < line.size(); column++) {
            String cell = line.get(column);
            text.append(cell).append(" ".repeat(widths.get(column) - cell.length() + 2));
          }
          return text.toString().stripTrailing() + '\n';
        };
    return lines.stream().map(pad).collect(Collectors.joining());
  }
}
