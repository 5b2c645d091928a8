package ostler.simulation;

import ostler.inventory.UnitKind;

/** Whether the driver of a card cuts it into slices, and how. */
enum Cutting {
  NONE,
  /** Mediated devices of several types beside each other. */
  MIXED,
  /** Mediated devices, all of one type. */
  HOMOGENEOUS,
  /** Virtual functions that are given a type each. */
  FUNCTIONS;

  /** What a card has of parts. */
  static final int PARTS = 4;

  /** How many virtual functions it can have. */
  static final int MAX_FUNCTIONS = 4;

  /** What a slice can be. */
  enum Type {
    SMALL("LAB-1Q", "lab-1", 1),
    LARGE("LAB-2Q", "lab-2", 2);

    private final String label;
    private final String hostType;
    private final int parts;

    Type(String label, String hostType, int parts) {
      this.label = label;
      this.hostType = hostType;
      this.parts = parts;
    }

    /** What people call it. */
    String label() {
      return label;
    }

    /** What its host calls it. */
    String hostType() {
      return hostType;
    }

    /** How many of the card's {@value Cutting#PARTS} parts it takes. */
    int parts() {
      return parts;
    }
  }

  UnitKind kind() {
    return switch (this) {
      case NONE -> UnitKind.WHOLE;
      case MIXED, HOMOGENEOUS -> UnitKind.MDEV;
      case FUNCTIONS -> UnitKind.VENDOR_VF;
    };
  }
}
