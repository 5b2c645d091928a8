package ostler.vfio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import ostler.pci.PciAddress;
import ostler.root.AddressFolder;
import ostler.root.DurableFile;
import ostler.root.Layout;
import ostler.root.Locks;
import ostler.root.OwnFile;
import ostler.root.Refusal;
import ostler.wire.Json;
import ostler.wire.JsonLimits;

/**
 * The units in this program's hands, one file each, and the list of their addresses for the hook's
 * shell. Nobody but root can read or write the files, so a permit in them is an order to the guard
 * and to the hook.
 */
final class UnitBook {

  private final AddressFolder folder;
  private final DurableFile managedList;
  private final Locks locks;

  UnitBook(Layout layout, Locks locks) {
    this.folder = new AddressFolder(layout.vfioState().resolve("units"));
    this.managedList = new DurableFile(layout.managedList()).readableByAll();
    this.locks = locks;
  }

  /** All units, by their first address. */
  List<ManagedUnit> all() throws Refusal {
    List<ManagedUnit> units = new ArrayList<>();
    for (PciAddress first : firsts()) {
      read(first).ifPresent(units::add);
    }
    return units;
  }

  /** The unit that has exactly these members. */
  Optional<ManagedUnit> find(Members members) throws Refusal {
    return read(members.first()).filter(unit -> unit.members().equals(members));
  }

  void put(ManagedUnit unit) throws Refusal {
    DurableFile file = folder.file(unit.members().first());
    try {
      folder.prepare();
      file.replace(
          Json.write(out -> ManagedUnitJson.write(unit, out)).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  void remove(ManagedUnit unit) throws Refusal {
    DurableFile file = folder.file(unit.members().first());
    try {
      file.delete();
    } catch (IOException e) {
      throw OwnFile.unwritable(file, e);
    }
  }

  /** Writes the hook's list anew, from the units as they are, while no other verb does. */
  void publish() throws Refusal {
    locks.holdingList(this::publishAlone);
  }

  private String publishAlone() throws Refusal {
    String list =
        all().stream()
            .flatMap(unit -> unit.members().addresses().stream())
            .sorted()
            .map(address -> address + "\n")
            .collect(Collectors.joining());
    try {
      managedList.replace(list.getBytes(StandardCharsets.US_ASCII));
      return list;
    } catch (IOException e) {
      throw OwnFile.unwritable(managedList, e);
    }
  }

  /** The addresses by which the units are kept. */
  List<PciAddress> firsts() throws Refusal {
    return OwnFile.addresses(folder);
  }

  /** The unit that is kept by this address. */
  Optional<ManagedUnit> read(PciAddress first) throws Refusal {
    return OwnFile.read(folder.file(first), JsonLimits.MESSAGE, ManagedUnitJson::read);
  }
}
