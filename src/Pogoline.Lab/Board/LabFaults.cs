namespace Pogoline.Lab.Board;

/// <summary>Faults in setting up and reaching virtual boards.</summary>
public static class LabFaults
{
    /// <summary>The board is not on the bus.</summary>
    public static readonly FaultCode Absent = new(
        "lab-board-absent", ExitCode.Device, "The virtual board is starting, has no power, or its firmware does not get as far as USB.");

    /// <summary>The text does not name virtual boards.</summary>
    public static readonly FaultCode Spec = new("lab-spec", ExitCode.Usage, "The text after --lab is not BOARD[@OS][*N].");

    /// <summary>A module is not one for the board.</summary>
    public static readonly FaultCode Module = new("lab-module", ExitCode.BadInput, "The file belongs to another board, or is damaged.");

    /// <summary>A module without which the board does not start is missing.</summary>
    public static readonly FaultCode Incomplete = new("lab-incomplete", ExitCode.BadInput, "The release lacks a file.");

    /// <summary>What is stored of a board does not fit it.</summary>
    public static readonly FaultCode State = new("lab-state", ExitCode.BadInput, "The folder was made by something else, or is damaged.");

    /// <summary>What a board shall keep cannot be read or written.</summary>
    public static readonly FaultCode StateFile = new(
        "lab-state-file", ExitCode.Machine, "Another lab uses the folder, the disk is full, or a permission is missing.");

    /// <summary>A fault plan cannot be used.</summary>
    public static readonly FaultCode FaultPlan = new("lab-fault-plan", ExitCode.BadInput, "The file is misspelt somewhere, or lacks a figure.");
}
