package ostler.allocator.engine.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import ostler.flavor.UnitShape;
import ostler.inventory.HostName;

/** Every host with its units at one time; a later time has a fleet of its own. */
public final class Fleet {

  /** One without hosts. */
  public static final Fleet EMPTY = new Fleet(List.of(), List.of());

  private final List<HostUnits> hosts;
  private final Map<String, Integer> places;
  private final List<UnitShape> shapes;

  private Fleet(List<HostUnits> hosts, List<UnitShape> shapes) {
    this.hosts = hosts;
    this.shapes = shapes;
    this.places = new HashMap<>(hosts.size() * 2);
    for (int i = 0; i < hosts.size(); i++) {
      places.put(hosts.get(i).name().value(), i);
    }
  }

  private Fleet(List<HostUnits> hosts, Map<String, Integer> places, List<UnitShape> shapes) {
    this.hosts = hosts;
    this.places = places;
    this.shapes = shapes;
  }

  /**
   * The fleet after some hosts were drawn anew.
   *
   * @param gone hosts that are no more
   */
  public Fleet with(Collection<HostUnits> drawn, Set<HostName> gone, Shapes known) {
    List<HostUnits> now = new ArrayList<>(hosts);
    List<HostUnits> added = new ArrayList<>();
    for (HostUnits host : drawn) {
      Integer place = places.get(host.name().value());
      if (place == null) {
        added.add(host);
      } else {
        now.set(place, host);
      }
    }
    if (added.isEmpty() && gone.isEmpty()) {
      return new Fleet(now, places, known.known());
    }
    now.removeIf(host -> gone.contains(host.name()));
    now.addAll(added);
    now.sort(Comparator.comparing(HostUnits::name));
    return new Fleet(now, known.known());
  }

  /** All hosts, in order of name. */
  public List<HostUnits> hosts() {
    return Collections.unmodifiableList(hosts);
  }

  public int size() {
    return hosts.size();
  }

  /** A host's place in the list of all, {@link Pools#NONE} where it is not known. */
  int place(String name) {
    return places.getOrDefault(name, Pools.NONE);
  }

  /** The places of hosts by their names, {@link Pools#NONE} for who is not known. */
  public int[] places(List<String> names) {
    int[] found = new int[names.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = place(names.get(i));
    }
    return found;
  }

  /**
   * The same names, in the fleet's own texts where they are known, so that who keeps them keeps no
   * text of his own.
   */
  public List<String> names(List<String> names, int[] places) {
    List<String> known = new ArrayList<>(places.length);
    for (int i = 0; i < places.length; i++) {
      known.add(places[i] == Pools.NONE ? names.get(i) : host(places[i]).name().value());
    }
    return Collections.unmodifiableList(known);
  }

  /** Whether a host is known. */
  public boolean has(String name) {
    return places.containsKey(name);
  }

  /** The places of all hosts. */
  public int[] places() {
    return IntStream.range(0, hosts.size()).toArray();
  }

  HostUnits host(int place) {
    return hosts.get(place);
  }

  List<UnitShape> shapes() {
    return shapes;
  }
}
