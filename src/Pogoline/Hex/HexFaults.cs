namespace Pogoline.Hex;

/// <summary>What can be wrong with Intel HEX files, and with what is to be built from them.</summary>
public static class HexFaults
{
    /// <summary>A line is no record: no colon, a digit that is none, an odd number of digits.</summary>
    public static readonly FaultCode Syntax = Bad("hex-syntax", "The file is no Intel HEX file, or a transfer changed its text.");

    /// <summary>A record is shorter or longer than it says.</summary>
    public static readonly FaultCode Length = Bad("hex-length", "The line was cut off, or two lines were joined.");

    /// <summary>The checksum of a record is wrong.</summary>
    public static readonly FaultCode Checksum = Bad("hex-checksum", "The line was damaged, or edited by hand.");

    /// <summary>A record has an unknown type, or a length that its type cannot have.</summary>
    public static readonly FaultCode Record = Bad("hex-record", "The file was made by a tool with records of its own.");

    /// <summary>The end record is missing, or something follows it.</summary>
    public static readonly FaultCode End = Bad("hex-end", "The file was cut off, or two files were joined.");

    /// <summary>Two records give different bytes for one address.</summary>
    public static readonly FaultCode Overlap = Bad("hex-overlap", "Images that claim the same memory were joined.");

    /// <summary>A data record goes beyond the end of its 64 KiB bank, which programs treat differently.</summary>
    public static readonly FaultCode Bank = Bad("hex-bank", "The tool that made the file does not split rows at 64 KiB.");

    /// <summary>Data lies beyond the 32-bit addresses.</summary>
    public static readonly FaultCode Address = Bad("hex-address", "An address record was damaged, or the file is for another kind of memory.");

    /// <summary>The file has no data.</summary>
    public static readonly FaultCode Empty = Bad("hex-empty", "A download or a build was interrupted.");

    /// <summary>The data is spread over more pieces than any firmware.</summary>
    public static readonly FaultCode Scattered = Bad("hex-scattered", "The file is no firmware image.");

    /// <summary>The data is more than is held in memory for this purpose, or spans more than the output can.</summary>
    public static readonly FaultCode TooLarge = Bad("hex-too-large", "The file is no firmware image of these boards, or has data far apart.");

    /// <summary>The file cannot be read.</summary>
    public static readonly FaultCode Unreadable = Bad("hex-unreadable", "The path is misspelt, or permission is missing.");

    /// <summary>The result cannot be written; what was there before is untouched.</summary>
    public static readonly FaultCode Output = new("hex-output", ExitCode.Machine, "The disk is full, or permission is missing.");

    /// <summary>Which board an image is for cannot be told, or it is for another one.</summary>
    public static readonly FaultCode Platform = Refused("hex-platform", "The image is for another board, or holds no modules.");

    /// <summary>A base image lacks something, or something in it is damaged.</summary>
    public static readonly FaultCode Base = Refused("hex-base", "The base is no complete restore image.");

    /// <summary>The image holds data of one single board: configuration, keys, EEPROM.</summary>
    public static readonly FaultCode DeviceData = Refused("hex-device-data", "The image was read back from a board.");

    /// <summary>The master boot record is missing, so the image cannot start a blank chip.</summary>
    public static readonly FaultCode NoMbr = Refused("hex-no-mbr", "No release contains the master boot record.");

    /// <summary>The given master boot record is none.</summary>
    public static readonly FaultCode Mbr = Bad("hex-mbr", "The file holds something else, or was read from a blank or protected chip.");

    /// <summary>No user firmware was given, and the release brings none.</summary>
    public static readonly FaultCode NoApp = Refused("hex-no-app", "Without user firmware the board starts in safe mode.");

    static FaultCode Bad(string name, string cause) => new(name, ExitCode.BadInput, cause);

    static FaultCode Refused(string name, string cause) => new(name, ExitCode.Refused, cause);
}
