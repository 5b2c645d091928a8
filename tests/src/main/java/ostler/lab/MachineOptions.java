package ostler.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What one machine has beyond the devices that all have.
 *
 * @param name names its folder of logs; letters, digits and dashes
 * @param artifacts where that folder goes, kept after the machine is gone
 * @param programs copied to /usr/lib/ostler in the guest at every boot
 * @param disk file of the disk that outlives power cuts, made if it is not there; without one the
 *     guest forgets everything
 * @param memory folder of the files behind the devices' memory, else one that goes with the machine
 * @param portForwards port on this machine's loopback to port in the guest
 * @param extraArguments more words for QEMU's command line
 */
public record MachineOptions(
    String name,
    Path artifacts,
    Optional<Path> programs,
    Optional<Path> disk,
    Optional<Path> memory,
    Map<Integer, Integer> portForwards,
    List<String> extraArguments) {

  /** Checks the name and copies the collections. */
  public MachineOptions {
    if (!name.matches("[A-Za-z0-9-]{1,40}")) {
      throw new IllegalArgumentException(
          "a machine's name is 1 to 40 letters, digits and dashes: " + name);
    }
    Objects.requireNonNull(artifacts, "artifacts");
    portForwards = Map.copyOf(portForwards);
    extraArguments = List.copyOf(extraArguments);
  }

  /** A machine with nothing but the devices. */
  public static MachineOptions plain(String name, Path artifacts) {
    return new MachineOptions(
        name, artifacts, Optional.empty(), Optional.empty(), Optional.empty(), Map.of(), List.of());
  }

  /** The same with Ostler's programs. */
  public MachineOptions withPrograms(Path folder) {
    return new MachineOptions(
        name, artifacts, Optional.of(folder), disk, memory, portForwards, extraArguments);
  }

  /** The same with a disk that outlives power cuts. */
  public MachineOptions withDisk(Path file) {
    return new MachineOptions(
        name, artifacts, programs, Optional.of(file), memory, portForwards, extraArguments);
  }

  /** The same with the devices' memory in files of a folder that stays. */
  public MachineOptions withMemory(Path folder) {
    return new MachineOptions(
        name, artifacts, programs, disk, Optional.of(folder), portForwards, extraArguments);
  }

  /** The same with ports of the guest reachable from this machine. */
  public MachineOptions withPortForwards(Map<Integer, Integer> forwards) {
    return new MachineOptions(name, artifacts, programs, disk, memory, forwards, extraArguments);
  }

  /** The same with more words for QEMU. */
  public MachineOptions withExtraArguments(List<String> words) {
    return new MachineOptions(name, artifacts, programs, disk, memory, portForwards, words);
  }
}
