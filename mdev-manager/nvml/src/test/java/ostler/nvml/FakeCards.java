package ostler.nvml;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import ostler.inventory.SlicePlacement;
import ostler.pci.PciAddress;

/**
 * The cards that {@link FakeNvml} tells of: what the files of {@code stub.c} say, by that library's
 * rules. A card like an A100 with 40 GiB has 7 parts to compute with and 8 of memory.
 */
final class FakeCards {

  /** The process is on no instance that NVML could name. */
  static final int NOWHERE = -1;

  static final int MAX_INSTANCES = 8;

  private static final int COMPUTE_PARTS = 7;

  static final List<Profile> PROFILES =
      List.of(
          new Profile(0, 19, 1, 1, 7, 14, 4864, "MIG 1g.5gb", List.of(0, 1, 2, 3, 4, 5, 6)),
          new Profile(1, 14, 2, 2, 3, 28, 9856, "MIG 2g.10gb", List.of(0, 2, 4)),
          new Profile(2, 9, 3, 4, 2, 42, 19_968, "MIG 3g.20gb", List.of(0, 4)),
          new Profile(3, 5, 4, 4, 1, 56, 19_968, "MIG 4g.20gb", List.of(0)),
          new Profile(4, 0, 7, 8, 1, 98, 40_192, "MIG 7g.40gb", List.of(0)),
          new Profile(7, 20, 1, 1, 1, 14, 4864, "MIG 1g.5gb+me", List.of(0, 1, 2, 3, 4, 5, 6)),
          new Profile(9, 15, 1, 2, 4, 14, 9856, "MIG 1g.10gb", List.of(0, 2, 4, 6)));

  private final Path folder;
  private final List<Card> cards = new ArrayList<>();

  /**
   * A kind of instance.
   *
   * @param number by which NVML's header knows it
   * @param size in slices of memory
   * @param most how many an empty card holds
   */
  record Profile(
      int number,
      int id,
      int slices,
      int size,
      int most,
      int multiprocessors,
      long memoryMib,
      String name,
      List<Integer> starts) {

    SlicePlacement at(int start) {
      return new SlicePlacement(start, size);
    }
  }

  /** One line of {@code processes}. */
  record Worker(PciAddress card, int pid, boolean graphics, int instance) {

    private static Worker parse(String line) {
      String[] words = line.strip().split(" +");
      return new Worker(
          PciAddress.parse(words[0]),
          Integer.parseInt(words[1]),
          words.length > 2 && words[2].equals("graphics"),
          words.length > 3 ? Integer.parseInt(words[3]) : NOWHERE);
    }

    boolean mayWorkOn(Instance which) {
      return instance == NOWHERE || instance == which.id;
    }
  }

  /** An instance of a card. */
  static final class Instance {
    final Card card;
    final int id;
    final Profile profile;
    final int start;

    /** One more than its compute profile's number; 0 while it has no compute instance. */
    int compute;

    Instance(Card card, int id, Profile profile, int start, int compute) {
      this.card = card;
      this.id = id;
      this.profile = profile;
      this.start = start;
      this.compute = compute;
    }

    SlicePlacement placement() {
      return profile.at(start);
    }
  }

  /** One line of {@code devices}, and what {@code state} says of it. */
  static final class Card {
    final int number;
    final PciAddress address;
    final String uuid;
    final String serial;
    final long memoryMib;
    final boolean canBeCut;
    final List<Instance> instances = new ArrayList<>();
    boolean on;

    private Card(int number, String line) {
      String[] words = line.split(" +");
      this.number = number;
      this.address = PciAddress.parse(words[0]);
      this.uuid = words[1];
      this.serial = words[2];
      this.memoryMib = Long.parseLong(words[3]);
      this.canBeCut = words[4].equals("mig");
    }

    Optional<Instance> instance(int id) {
      return instances.stream().filter(one -> one.id == id).findFirst();
    }

    /** Memory by its slices, computing by number. */
    boolean fits(Profile wanted, int start) {
      int slices = wanted.slices() + instances.stream().mapToInt(i -> i.profile.slices()).sum();
      long same = instances.stream().filter(one -> one.profile.equals(wanted)).count();
      boolean free =
          instances.stream().noneMatch(one -> one.placement().overlaps(wanted.at(start)));
      return free && slices <= COMPUTE_PARTS && same < wanted.most();
    }

    Instance add(Profile profile, int start) {
      int id =
          IntStream.range(0, MAX_INSTANCES)
              .filter(number -> instance(number).isEmpty())
              .findFirst()
              .orElseThrow();
      Instance made = new Instance(this, id, profile, start, 0);
      instances.add(made);
      return made;
    }

    /** How many more of them fit, one after the other from the first place on. */
    int remaining(Profile wanted) {
      List<Instance> before = List.copyOf(instances);
      int left = 0;
      for (int start : wanted.starts()) {
        if (fits(wanted, start)) {
          add(wanted, start);
          left++;
        }
      }
      instances.clear();
      instances.addAll(before);
      return left;
    }
  }

  /** Reads the files as they are now. */
  FakeCards(Path folder) throws IOException {
    this.folder = folder;
    for (String line : lines("devices")) {
      cards.add(new Card(cards.size(), line));
    }
    for (String line : lines("state")) {
      String[] words = line.split(" +");
      Card card = cards.get(Integer.parseInt(words[1]));
      if (words[0].equals("m")) {
        card.on = words[2].equals("1");
      } else {
        int id = Integer.parseInt(words[2]);
        Profile profile = profile(Integer.parseInt(words[3])).orElseThrow();
        int start = Integer.parseInt(words[4]);
        card.instances.add(new Instance(card, id, profile, start, Integer.parseInt(words[5])));
      }
    }
  }

  static Optional<Profile> profile(int id) {
    return PROFILES.stream().filter(one -> one.id() == id).findFirst();
  }

  List<Card> all() {
    return cards;
  }

  /** The processes that work on a card. */
  List<Worker> processes(Card card) throws IOException {
    return lines("processes").stream()
        .map(Worker::parse)
        .filter(one -> one.card().equals(card.address))
        .toList();
  }

  boolean isBusy(Instance instance) throws IOException {
    return processes(instance.card).stream().anyMatch(one -> one.mayWorkOn(instance));
  }

  /** Writes what has changed, so that the next call finds it. */
  void save() throws IOException {
    StringBuilder state = new StringBuilder();
    for (Card card : cards) {
      state.append("m %d %d 0 0 0%n".formatted(card.number, card.on ? 1 : 0));
      for (int id = 0; id < MAX_INSTANCES; id++) {
        card.instance(id)
            .ifPresent(
                one ->
                    state.append(
                        "i %d %d %d %d %d%n"
                            .formatted(
                                card.number, one.id, one.profile.id(), one.start, one.compute)));
      }
    }
    Files.writeString(folder.resolve("state"), state);
  }

  private List<String> lines(String name) throws IOException {
    Path file = folder.resolve(name);
    return Files.exists(file)
        ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList()
        : List.of();
  }
}
