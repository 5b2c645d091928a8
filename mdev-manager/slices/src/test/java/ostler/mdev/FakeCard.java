package ostler.mdev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ostler.root.FakeKernel;

/**
 * A host with one card, and a kernel that makes slices of it: mediated devices of three types, of
 * one at a time or mixed, virtual functions, and types for those.
 */
final class FakeCard extends FakeKernel {

  static final String CARD = "0000:41:00.0";

  /** How much of the card's memory one slice of a type takes. */
  private final Map<String, Integer> sizes = sizes();

  private static final int MEMORY = 16;

  /** Where the card's own driver lets only slices of one type stand beside each other. */
  private final boolean homogeneous;

  /** How many virtual functions the kernel makes at most, whatever it is asked for. */
  int functionsMade = 8;

  /** Whether functions are given a type by their vendor's driver. */
  boolean vendor;

  private final List<String> order = new ArrayList<>();

  /** Holds the slices that nobody may have. */
  FakeGuard guard;

  FakeCard(Path root, boolean homogeneous) throws IOException {
    super(root);
    this.guard = FakeGuard.start(root);
    this.homogeneous = homogeneous;
    Files.createDirectories(root.resolve("sys/bus/mdev/devices"));
    Files.createDirectories(root.resolve("sys/bus/pci/drivers/nvidia"));
    identity(CARD, 5, "10de:2236", "030200");
    link(CARD, "nvidia");
    list(CARD);
    attribute(CARD, "sriov_totalvfs", "8\n");
    attribute(CARD, "sriov_numvfs", "0\n");
    attribute(CARD, "sriov_drivers_autoprobe", "1\n");
  }

  private static Map<String, Integer> sizes() {
    Map<String, Integer> sizes = new LinkedHashMap<>();
    sizes.put("nvidia-11", 4);
    sizes.put("nvidia-12", 8);
    sizes.put("nvidia-13", 16);
    return sizes;
  }

  /** A card with a mediated device driver. */
  static FakeCard mediated(Path root, boolean homogeneous) throws IOException {
    FakeCard card = new FakeCard(root, homogeneous);
    for (Map.Entry<String, Integer> type : card.sizes.entrySet()) {
      String at = "mdev_supported_types/" + type.getKey() + "/";
      card.attribute(CARD, at + "name", card.name(type.getKey()) + "\n");
      card.attribute(CARD, at + "description", "framebuffer=" + type.getValue() + "G\n");
      card.attribute(CARD, at + "device_api", "vfio-pci\n");
      card.attribute(CARD, at + "create", "");
      Files.createDirectories(card.attribute(CARD, at + "devices"));
    }
    card.refresh();
    return card;
  }

  /** A card whose virtual functions are given types by their driver. */
  static FakeCard ofVendor(Path root) throws IOException {
    FakeCard card = new FakeCard(root, false);
    card.vendor = true;
    return card;
  }

  private String name(String type) {
    return "GRID A10-" + sizes.get(type) + "Q";
  }

  /** Has an operator allow no more than so many slices of a type. */
  void limits(String text) throws IOException {
    write("etc/ostler/slices", text);
    Files.setPosixFilePermissions(
        root.resolve("etc/ostler/slices"), PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** The driver was updated and gives a type another id. */
  void rename(String type, String next) throws IOException {
    Files.move(
        attribute(CARD, "mdev_supported_types/" + type),
        attribute(CARD, "mdev_supported_types/" + next));
    sizes.put(next, sizes.get(type));
  }

  /** Slices made by somebody, as if by hand. */
  void stranger(String uuid, String type) throws IOException {
    make(attribute(CARD, "mdev_supported_types/" + type + "/create"), uuid);
  }

  /** The host starts again: what the kernel had in memory is gone. */
  void reboot() throws IOException {
    for (String uuid : slices()) {
      unmake(uuid);
    }
    functions(0);
    attribute(CARD, "sriov_numvfs", "0\n");
    attribute(CARD, "sriov_drivers_autoprobe", "1\n");
  }

  /** A mediated device's vfio group, which a process may open. */
  void group(String uuid, int number) throws IOException {
    Path folder = root.resolve("sys/kernel/iommu_groups/" + number);
    Files.createDirectories(folder);
    Files.createSymbolicLink(attribute(CARD, uuid + "/iommu_group"), folder);
    Files.createFile(root.resolve("dev/vfio/" + number));
  }

  List<String> slices() throws IOException {
    try (var files = Files.list(root.resolve("sys/bus/mdev/devices"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  String functionAt(int index) {
    return "0000:41:00." + (1 + index);
  }

  int available(String type) throws IOException {
    return Integer.parseInt(
        attributeText(CARD, "mdev_supported_types/" + type + "/available_instances"));
  }

  @Override
  protected void react(Path file, String text) throws IOException {
    String device = file.getParent().getFileName().toString();
    switch (file.getFileName().toString()) {
      case "create" -> make(file, text.strip());
      case "remove" -> {
        if (!Files.exists(root.resolve("sys/bus/mdev/devices").resolve(device))) {
          throw new NoSuchFileException(file.toString());
        }
        unmake(device);
      }
      case "sriov_numvfs" -> {
        int before = Integer.parseInt(Files.readString(file).strip());
        int asked = Integer.parseInt(text.strip());
        if (before > 0 && asked > 0 && before != asked) {
          throw new IOException("Device or resource busy");
        }
        functions(Math.min(asked, functionsMade));
        Files.writeString(file, Math.min(asked, functionsMade) + "\n");
      }
      case "current_vgpu_type" -> give(file, text.strip());
      default -> Files.writeString(file, text.strip() + "\n");
    }
  }

  private void make(Path create, String uuid) throws IOException {
    Path type = create.getParent();
    Path link = root.resolve("sys/bus/mdev/devices").resolve(uuid);
    if (Files.exists(link)) {
      throw new IOException("File exists");
    }
    if (available(type.getFileName().toString()) < 1) {
      throw new IOException("Too many users");
    }
    Path folder = attribute(CARD, uuid);
    Files.createDirectories(folder);
    Files.createFile(folder.resolve("remove"));
    Files.createSymbolicLink(folder.resolve("mdev_type"), type);
    Files.createSymbolicLink(link, folder);
    Files.createSymbolicLink(type.resolve("devices").resolve(uuid), folder);
    refresh();
  }

  private void unmake(String uuid) throws IOException {
    Path folder = attribute(CARD, uuid);
    Path type = Files.readSymbolicLink(folder.resolve("mdev_type"));
    Files.delete(type.resolve("devices").resolve(uuid));
    Files.delete(root.resolve("sys/bus/mdev/devices").resolve(uuid));
    deleteAll(folder);
    refresh();
  }

  /** What is left of each type, given what there is. */
  private void refresh() throws IOException {
    int used = 0;
    String only = "";
    for (String uuid : slices()) {
      only = Files.readSymbolicLink(attribute(CARD, uuid + "/mdev_type")).getFileName().toString();
      used += sizes.get(only);
    }
    for (String type : sizes.keySet()) {
      boolean shut = homogeneous && !only.isEmpty() && !only.equals(type);
      int left = shut ? 0 : (MEMORY - used) / sizes.get(type);
      if (Files.isDirectory(attribute(CARD, "mdev_supported_types/" + type))) {
        attribute(CARD, "mdev_supported_types/" + type + "/available_instances", left + "\n");
      }
    }
  }

  private void functions(int count) throws IOException {
    for (int index = 0; Files.isSymbolicLink(attribute(CARD, "virtfn" + index)); index++) {
      String address = functionAt(index);
      Files.delete(attribute(CARD, "virtfn" + index));
      Files.delete(root.resolve("sys/bus/pci/devices").resolve(address));
      deleteAll(attribute(address, "."));
      deleteAll(root.resolve("sys/kernel/iommu_groups/" + (10 + index)));
    }
    order.clear();
    boolean probe = attributeText(CARD, "sriov_drivers_autoprobe").equals("1");
    for (int index = 0; index < count; index++) {
      String address = functionAt(index);
      identity(address, 10 + index, "10de:2236", "030200");
      Files.createSymbolicLink(attribute(address, "physfn"), attribute(CARD, ".").normalize());
      Files.createSymbolicLink(
          attribute(CARD, "virtfn" + index), attribute(address, ".").normalize());
      if (probe) {
        link(address, "nvidia");
      }
      if (vendor) {
        attribute(address, "nvidia/current_vgpu_type", "0\n");
        order.add(address);
      }
    }
    refreshTypes();
  }

  private void give(Path file, String type) throws IOException {
    String now = Files.readString(file).strip();
    if (!type.equals("0")) {
      String creatable = Files.readString(file.resolveSibling("creatable_vgpu_types"));
      if (!now.equals("0") || !creatable.contains(type + " ")) {
        throw new IOException("Invalid argument");
      }
    }
    Files.writeString(file, type + "\n");
    refreshTypes();
  }

  /** Types 1155 and 1156 take 8 and 16 of the memory; a function that has one lists nothing. */
  private void refreshTypes() throws IOException {
    int used = 0;
    for (String address : order) {
      String type = attributeText(address, "nvidia/current_vgpu_type");
      used += type.equals("1155") ? 8 : type.equals("1156") ? 16 : 0;
    }
    for (String address : order) {
      StringBuilder list = new StringBuilder("ID    : vGPU Name\n");
      if (attributeText(address, "nvidia/current_vgpu_type").equals("0")) {
        list.append(used + 8 <= MEMORY ? "1155  : NVIDIA L40S-8Q\n" : "");
        list.append(used + 16 <= MEMORY ? "1156  : NVIDIA L40S-16Q\n" : "");
      }
      attribute(address, "nvidia/creatable_vgpu_types", list.toString());
    }
  }

  private static void deleteAll(Path folder) throws IOException {
    try (var files = Files.walk(folder.normalize())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
